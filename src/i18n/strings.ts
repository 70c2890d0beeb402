/** Every string file, by language. Files are one per page or part; a worker's texts exist in English and Welsh only. */
import enPage from './strings/en/page.json' with { type: 'json' };
import enHome from './strings/en/home.json' with { type: 'json' };
import enRead from './strings/en/read.json' with { type: 'json' };
import enFind from './strings/en/find.json' with { type: 'json' };
import enSearch from './strings/en/search.json' with { type: 'json' };
import enAreas from './strings/en/areas.json' with { type: 'json' };
import enService from './strings/en/service.json' with { type: 'json' };
import enRefer from './strings/en/refer.json' with { type: 'json' };
import enProblems from './strings/en/problems.json' with { type: 'json' };
import enStatus from './strings/en/status.json' with { type: 'json' };
import enPrint from './strings/en/print.json' with { type: 'json' };
import enOpen from './strings/en/open.json' with { type: 'json' };
import enKeys from './strings/en/keys.json' with { type: 'json' };
import enNotice from './strings/en/notice.json' with { type: 'json' };
import cyPage from './strings/cy/page.json' with { type: 'json' };
import cyHome from './strings/cy/home.json' with { type: 'json' };
import cyRead from './strings/cy/read.json' with { type: 'json' };
import cyFind from './strings/cy/find.json' with { type: 'json' };
import cySearch from './strings/cy/search.json' with { type: 'json' };
import cyAreas from './strings/cy/areas.json' with { type: 'json' };
import cyService from './strings/cy/service.json' with { type: 'json' };
import cyRefer from './strings/cy/refer.json' with { type: 'json' };
import cyProblems from './strings/cy/problems.json' with { type: 'json' };
import cyStatus from './strings/cy/status.json' with { type: 'json' };
import cyPrint from './strings/cy/print.json' with { type: 'json' };
import cyOpen from './strings/cy/open.json' with { type: 'json' };
import cyKeys from './strings/cy/keys.json' with { type: 'json' };
import cyNotice from './strings/cy/notice.json' with { type: 'json' };
import urPage from './strings/ur/page.json' with { type: 'json' };
import urHome from './strings/ur/home.json' with { type: 'json' };
import urRead from './strings/ur/read.json' with { type: 'json' };
import urFind from './strings/ur/find.json' with { type: 'json' };
import urSearch from './strings/ur/search.json' with { type: 'json' };
import urAreas from './strings/ur/areas.json' with { type: 'json' };
import urService from './strings/ur/service.json' with { type: 'json' };
import urRefer from './strings/ur/refer.json' with { type: 'json' };
import urProblems from './strings/ur/problems.json' with { type: 'json' };
import urStatus from './strings/ur/status.json' with { type: 'json' };
import urPrint from './strings/ur/print.json' with { type: 'json' };
import plPage from './strings/pl/page.json' with { type: 'json' };
import plHome from './strings/pl/home.json' with { type: 'json' };
import plRead from './strings/pl/read.json' with { type: 'json' };
import plFind from './strings/pl/find.json' with { type: 'json' };
import plSearch from './strings/pl/search.json' with { type: 'json' };
import plAreas from './strings/pl/areas.json' with { type: 'json' };
import plService from './strings/pl/service.json' with { type: 'json' };
import plRefer from './strings/pl/refer.json' with { type: 'json' };
import plProblems from './strings/pl/problems.json' with { type: 'json' };
import plStatus from './strings/pl/status.json' with { type: 'json' };
import plPrint from './strings/pl/print.json' with { type: 'json' };

const en = {
  page: enPage,
  home: enHome,
  read: enRead,
  find: enFind,
  search: enSearch,
  areas: enAreas,
  service: enService,
  refer: enRefer,
  problems: enProblems,
  status: enStatus,
  print: enPrint,
  open: enOpen,
  keys: enKeys,
  notice: enNotice,
};
const cy = {
  page: cyPage,
  home: cyHome,
  read: cyRead,
  find: cyFind,
  search: cySearch,
  areas: cyAreas,
  service: cyService,
  refer: cyRefer,
  problems: cyProblems,
  status: cyStatus,
  print: cyPrint,
  open: cyOpen,
  keys: cyKeys,
  notice: cyNotice,
};
const ur = {
  page: urPage,
  home: urHome,
  read: urRead,
  find: urFind,
  search: urSearch,
  areas: urAreas,
  service: urService,
  refer: urRefer,
  problems: urProblems,
  status: urStatus,
  print: urPrint,
};
const pl = {
  page: plPage,
  home: plHome,
  read: plRead,
  find: plFind,
  search: plSearch,
  areas: plAreas,
  service: plService,
  refer: plRefer,
  problems: plProblems,
  status: plStatus,
  print: plPrint,
};

/** The words of each language: `strings.cy.refer.…`. */
export const strings = { en, cy, ur, pl };

/** English is the source: its keys are the keys. */
export type Source = typeof en;
