// A small mail server: takes everything over plain SMTP (RFC 5321) and keeps it for the test.
import { createServer } from 'node:net';
import { eventually } from './staffroom.mjs';

export class MailServer {
  /** Everything that was taken: {from, to, headers, text}. */
  letters = [];
  /** Every command line that came, DATA's content left out. */
  commands = [];
  /** Answered to the next RCPT commands instead of 250, first in first out: '451 later'. */
  refusals = [];

  static async start() {
    const mail = new MailServer();
    mail.server = createServer((socket) => mail.#talk(socket));
    await new Promise((done, fail) => mail.server.listen(0, '127.0.0.1', done).on('error', fail));
    mail.port = mail.server.address().port;
    return mail;
  }

  get settings() {
    return ['mail.relay=127.0.0.1', `mail.port=${this.port}`, 'mail.security=none'];
  }

  stop() {
    return new Promise((done) => this.server.close(done));
  }

  /** The first letter to that address whose subject fits, once it is there. */
  letterTo(address, subject, ms) {
    return eventually(`a letter "${subject}" to ${address}`, () =>
      this.letters.find((letter) => letter.to.includes(address) && subject.test(letter.headers.subject)), ms);
  }

  #talk(socket) {
    let rest = '';
    let data = null;
    let letter = { to: [] };
    socket.on('error', () => {});
    socket.setEncoding('utf8');
    socket.write('220 mail.test ready\r\n');
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data !== null) {
          if (line !== '.') {
            data.push(line.startsWith('.') ? line.slice(1) : line);
            continue;
          }
          this.letters.push({ ...letter, ...parse(data) });
          [data, letter] = [null, { to: [] }];
          socket.write('250 taken\r\n');
          continue;
        }
        this.commands.push(line);
        const verb = line.split(/[ :]/)[0].toUpperCase();
        if (verb === 'EHLO') socket.write('250-mail.test\r\n250 8BITMIME\r\n');
        else if (verb === 'MAIL') (letter.from = line.match(/<(.*)>/)[1]), socket.write('250 ok\r\n');
        else if (verb === 'RCPT') {
          const refusal = this.refusals.shift();
          if (!refusal) letter.to.push(line.match(/<(.*)>/)[1]);
          socket.write(`${refusal ?? '250 ok'}\r\n`);
        } else if (verb === 'DATA') (data = []), socket.write('354 go on\r\n');
        else if (verb === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('502 not spoken\r\n');
      }
    });
  }
}

function parse(lines) {
  const blank = lines.indexOf('');
  const headers = {};
  for (const line of lines.slice(0, blank).join('\n').replace(/\n[ \t]+/g, ' ').split('\n')) {
    headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 2);
  }
  const soft = lines.slice(blank + 1).join('\n').replace(/=\n/g, '');
  const text = Buffer.from(soft.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();
  return { headers, text };
}
