// The cost of a roster by REST: serves a package of bench/roster.py, unpacked, and pulls it.
//   python3 bench/roster.py FOLDER --version 1.2 && unzip -d FOLDER/files FOLDER/roster.zip
//   TEST_PROGRAM=build/release/staffroom node bench/roster_rest.mjs FOLDER/files [--version 1.2] [--page 500]
// Prints wall and processor time and the peak memory of each pull, with staff only and with everybody.
import { spawn } from 'node:child_process';
import { RosterService } from '../tests/end_to_end/lib/oneroster.mjs';
import { Instance } from '../tests/end_to_end/lib/staffroom.mjs';

const words = process.argv.slice(2);
const option = (name, usual) => (words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : usual);
const version = option('--version', '1.2');
const page = Number(option('--page', '500'));

const service = await RosterService.start(words[0], version);
service.mostRows = page;
const environment = { STAFFROOM_ROSTER_REST_CLIENT_SECRET: 'a secret' };
const instance = await Instance.start({ settings: service.settings, environment });
try {
  for (const [name, settings] of [['staff only', []], ['the same again', []], ['everybody', ['--set', 'roster.rest_students=true']]]) {
    service.requests.length = 0;
    const pull = spawn('/usr/bin/time', ['-f', '%e %U %S %M', process.env.TEST_PROGRAM, ...instance.arguments(...settings, 'roster', 'pull')],
      { env: { ...process.env, ...environment } });
    let told = '', errors = '';
    pull.stdout.on('data', (chunk) => { told += chunk; });
    pull.stderr.on('data', (chunk) => { errors += chunk; });
    const code = await new Promise((done) => pull.on('close', done));
    if (code !== 0) throw new Error(`${name}: ${told}${errors}`);
    const [wall, user, system, memory] = errors.trim().split('\n').at(-1).split(' ').map(Number);
    console.log(`${name}: ${service.requests.length} requests, ${wall} s, of which ${(user + system).toFixed(1)} s processor time, `
      + `${Math.round(memory / 1024)} MiB at most; ${told.match(/educator +\d+/)?.[0] ?? ''}`);
  }
} finally {
  await instance.destroy();
  await service.stop();
}
