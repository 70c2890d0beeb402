/** Reads the columns of ONSPD and NSPL, whose names change with nearly every edition. */
import { Refused } from './refused.ts';
import type { Reading } from './sources.ts';

/** What we use, by pattern: 'oslaua' (ONSPD to 2025), 'laua' (NSPL), 'lad25cd' (both, since August 2025). */
const needed = {
  postcode: /^pcds$/,
  retiredOn: /^doterm$/,
  council: /^((os)?laua|lad\d\dcd)$/,
  area: /^pfa(\d\dcd)?$/,
  country: /^ctry(\d\dcd)?$/,
  east: /^(os)?east1m$/,
  north: /^(osnrth1m|north1m)$/,
  quality: /^(osgrdind|gridind)$/,
};

/** Columns of past and present editions that we pass over. A name outside these may mean that another one moved. */
const passedOver = [
  /^pcd[278]?$|^dointr$|^lat$|^long$|^lep[12]$/,
  /^(oscty|osward|cty|ced|ward|parish|parncp|usertype|usrtypind|oshlthau|hlthau|nhser|hro|rgn|gor|streg)$/,
  /^(pcon|eer|teclec|ttwa|pct|nuts|itl|statsward|casward|park|npark|ccg|sicbl|stp|icb|calncv|imd|ur01ind)$/,
  /^(oa|lsoa|msoa|wz|oac|bua|buasd|ru|ruc|imd)\d\d(ind)?$/,
  // Since 2025 every name ends with its year: 'wd25cd', 'ruc21ind'.
  /^[a-z]{2,9}\d\d(cd|ind)$/,
];

/** @throws Refused with every missing and unknown column. */
export function readOnsHeader(names: readonly string[]): Reading {
  const missing = Object.values(needed).filter((pattern) => !names.some((name) => pattern.test(name)));
  const known = [...Object.values(needed), ...passedOver];
  const unknown = names.filter((name) => !known.some((pattern) => pattern.test(name)));
  if (missing.length > 0 || unknown.length > 0) {
    throw new Refused([
      ...missing.map((pattern) => `missing column: none is like ${pattern.source}`),
      ...unknown.map((name) => `unknown column: ${name}`),
    ]);
  }

  const at = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
  const [postcodeAt, retiredAt, councilAt, areaAt] = [
    needed.postcode,
    needed.retiredOn,
    needed.council,
    needed.area,
  ].map(at);
  const [countryAt, eastAt, northAt, qualityAt] = [
    needed.country,
    needed.east,
    needed.north,
    needed.quality,
  ].map(at);
  return {
    name: 'ONSPD or NSPL',
    hasHeader: true,
    hasCoordinates: true,
    rowOf: (fields) => {
      const field = (position = -1) => (fields[position] ?? '').trim();
      const council = field(councilAt);
      const area = field(areaAt);
      const quality = Number(field(qualityAt) || '9');
      return {
        postcode: field(postcodeAt),
        // Codes ending in nines mean "none": a Channel Island, or a large user that lies nowhere.
        council: /^[A-Z]99999999$/.test(council) ? '' : council,
        isScottish: field(countryAt).startsWith('S'),
        ...(/^[EW]\d{8}$/.test(area) && !area.endsWith('99999999') ? { area } : {}),
        ...(quality <= knownPlaceMax ? { east: Number(field(eastAt)), north: Number(field(northAt)) } : {}),
        isRetired: field(retiredAt) !== '',
      };
    },
  };
}

/** ONS gives 1 to 5 to a place it knows; 6 is the middle of a sector, 9 is nowhere. */
const knownPlaceMax = 5;
