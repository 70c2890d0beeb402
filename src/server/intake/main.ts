/** The web process: takes referrals, and lets services fetch and confirm them. `npm run web` runs it. */
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readBuildStamp } from '../build-stamp.ts';
import { clockFrom, machineClock } from '../clock.ts';
import { mistakesOfWeb, readConfig, type Config } from '../config.ts';
import { readDirectory } from '../directory.ts';
import { ConfigError } from '../failure.ts';
import { endOnUncaught, silenceConsole, standardLog } from '../log.ts';
import { withOpenServices } from '../open-services.ts';
import { openInstallation } from '../store/installation.ts';
import { readCatalogue } from '../catalogue.ts';
import { newGuesses } from './guesses.ts';
import { operatorServer } from './http/operator.ts';
import { publicServer, type Draw } from './http/server.ts';
import { readStaticFiles } from './http/static-files.ts';
import { answerOpening } from './opening.ts';
import { loadPostcodes } from './postcode-tables.ts';
import { openSearch } from './search/search.ts';
import type { Desk } from './submit.ts';
import { newTide } from './tide.ts';

/** Requests under way get this long to finish when the process is asked to stop: longer than a form may take to come. */
const drainMsMax = 15_000;

const log = standardLog('web');
try {
  await start();
} catch (cause) {
  const mistakes =
    cause instanceof ConfigError ? cause.mistakes : [cause instanceof Error ? cause.message : 'failed'];
  process.stderr.write(`The web process cannot start:\n${mistakes.map((one) => `  - ${one}\n`).join('')}`);
  process.exit(1);
}

async function start(): Promise<void> {
  const config = readConfig();
  const mistakes = mistakesOfWeb(config);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const draw = await loadBuild(config);
  const desk = await openDesk(config);

  const publicListener = publicServer({
    origin: config.siteOrigin,
    hsts: config.hsts,
    addressHeader: config.addressHeader,
    files: readStaticFiles(resolve('dist/client')),
    draw,
    locals: { desk, search: openSearch(desk.catalogue, desk.councilName) },
    answerOpening: (path, form) => answerOpening(path, form, desk),
    log,
  });
  const operatorListener = operatorServer(desk);
  await listen(publicListener, config.port, config.host, 'PORT');
  await listen(operatorListener, config.operatorPort, '127.0.0.1', 'OPERATOR_PORT');

  setInterval(() => {
    desk.tide.ebb(desk.clock());
    desk.guesses.ebb(desk.clock());
  }, 60_000).unref();
  silenceConsole(log);
  endOnUncaught(log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      operatorListener.close();
      publicListener.close(() => void desk.store.close().then(() => process.exit(0)));
      publicListener.closeIdleConnections();
      setTimeout(() => publicListener.closeAllConnections(), drainMsMax).unref();
    });
  }
  process.stdout.write(`ready ${config.siteOrigin}\n`);
}

async function openDesk(config: Config): Promise<Desk> {
  const known = readCatalogue();
  const ids = new Set(known.services.map((service) => service.id));
  const directory = readDirectory(config.directoryFile, ids, config.demonstration);
  const postcodes = loadPostcodes();
  const { store, secrets } = await openInstallation(config);
  return {
    store,
    secrets,
    directory,
    catalogue: withOpenServices(known, directory, config.areas),
    tables: postcodes.tables,
    areaOfCouncil: postcodes.areaOfCouncil,
    councilName: postcodes.councilName,
    clock: config.clockFile ? clockFrom(config.clockFile) : machineClock,
    tide: newTide(),
    guesses: newGuesses(),
    log,
  };
}

/** The pages as `npm run build` left them. A build made for the demonstration never serves the public, nor the reverse. */
async function loadBuild(config: Config): Promise<Draw> {
  const built = readBuildStamp();
  if (!built) throw new ConfigError(['dist: not built, or not to the end; run `npm run build`']);
  if (built.demonstration !== config.demonstration) {
    const made = built.demonstration ? 'for the demonstration' : 'for a real service';
    throw new ConfigError([`dist: was built ${made}; run \`npm run build\` with this environment`]);
  }
  const entry = pathToFileURL(resolve('dist/server/entry.mjs')).href;
  const { handler } = (await import(entry)) as { handler: Draw };
  return handler;
}

function listen(server: Server, port: number, host: string, name: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      fail(
        cause.code === 'EADDRINUSE'
          ? new ConfigError([`${name}: port ${port} is in use by another program`])
          : cause,
      );
    });
    server.listen(port, host, done);
  });
}
