import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fieldsOf } from '../../scripts/postcodes/fields.ts';
import { gather } from '../../scripts/postcodes/gather.ts';
import { findInput } from '../../scripts/postcodes/input.ts';

const onsOld =
  'pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,ctry,pfa,lat,long';
const onsNew =
  'pcd7,pcd8,pcds,dointr,doterm,cty25cd,lad25cd,wd25cd,usrtypind,east1m,north1m,gridind,ctry25cd,pfa23cd,lat,long';
const rows = [
  'SG8 6AD,SG8  6AD,SG8 6AD,198001,,,E07000012,,0,535000,240000,1,E92000001,E23000023,,',
  'BT1 1AA,BT1  1AA,BT1 1AA,198001,,,N09000003,,0,,,9,N92000002,N99999999,,',
  'IM1 1AA,IM1  1AA,IM1 1AA,198001,,,M99999999,,0,,,9,M83000003,M99999999,,',
  'DN55 1PT,DN55 1PT,DN55 1PT,198001,201501,,E08000017,,1,,,9,E92000001,E23000011,,',
  'EH1 1AA,EH1  1AA,EH1 1AA,198001,,,S12000036,,0,325000,673000,1,S92000003,S99999999,,',
];

async function gathered(t: TestContext, ...lines: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'ONSPD_NOV_2025_UK.csv'), `${lines.join('\n')}\n`);
  return gather(await findInput(folder), () => undefined);
}

for (const [edition, header] of Object.entries({ 'until 2025': onsOld, 'since 2025': onsNew })) {
  test(`the columns of ONS ${edition} are known by pattern; other nations and retired postcodes are left out`, async (t) => {
    const { outCodes, counts, retired, coordinates } = await gathered(t, header, ...rows);
    assert.deepEqual([...outCodes.keys()], ['SG8', 'EH1']);
    assert.deepEqual(counts, { rows: 5, listed: 2, nowhere: 0, retired: 1, otherNations: 2 });
    assert.equal(retired.get('DN55'), 'E23000011');
    assert.equal(coordinates?.size, 2);
  });
}

test('missing and unknown columns are all listed', async (t) => {
  const wrong = onsNew.replace('lad25cd', 'district!').replace('pfa23cd', 'force!');
  await assert.rejects(gathered(t, wrong, ...rows), (error: Error) => {
    assert.match(error.message, /missing column.*lad/);
    assert.match(error.message, /missing column.*pfa/);
    assert.match(error.message, /unknown column: district!/);
    assert.match(error.message, /unknown column: force!/);
    return true;
  });
});

test('unknown councils, and councils the source places elsewhere, are all listed', async (t) => {
  const unknown = rows[0]?.replace('E07000012', 'E07999999') ?? '';
  const elsewhere = rows[0]?.replace('E23000023', 'E23000001') ?? '';
  await assert.rejects(gathered(t, onsOld, unknown, elsewhere), (error: Error) => {
    assert.match(error.message, /unknown council: E07999999/);
    assert.match(error.message, /E07000012 lies in E23000023 by our list, in E23000001/);
    return true;
  });
});

test('a file that is no list of postcodes is refused', async (t) => {
  await assert.rejects(gathered(t, 'name,colour', 'a,b'), /unknown column: colour/);
});

test('a quoted field may hold commas and quotes', () => {
  assert.deepEqual(fieldsOf('"a, ""b""",c,,"d"'), ['a, "b"', 'c', '', 'd']);
});
