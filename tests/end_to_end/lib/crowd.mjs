// A load generator for hostile crowds: many accounts on foreign hosts that write, report, boost and
// follow as fast as they are answered, never more than a few requests at a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { Fediverse } from './fediverse.mjs';

const context = 'https://www.w3.org/ns/activitystreams';

export class Crowd {
  static async start(hosts) {
    const crowd = new Crowd();
    crowd.fediverse = await new Fediverse().listen();
    crowd.hosts = hosts;
    crowd.number = 0;
    return crowd;
  }

  /** Settings by which an instance finds the hosts. */
  get settings() {
    return [`testing.hosts=${this.hosts.map((host) => `${host}=${this.fediverse.address}`).join(',')}`];
  }

  people(host, count, name = 'angry', extra = {}) {
    return Array.from({ length: count }, (_, i) => this.fediverse.addPerson(`https://${host}/users/${name}${i}`, extra).id);
  }

  /** Delivers one activity; returns {status, text}. */
  send(instance, activity) {
    return this.fediverse.post({
      to: instance.listen, host: instance.authority, path: '/inbox', actor: activity.actor,
      body: JSON.stringify({ '@context': context, ...activity }),
    });
  }

  /**
   * Sends what `make` gives for 0, 1, …, `width` at a time, again when told to come later (unknown
   * keys are fetched a few at a time for one host); how many of each last answer came.
   */
  async flood(instance, count, make, width = 16) {
    const answers = {};
    let next = 0;
    const one = async () => {
      while (next < count) {
        const activity = make(next++);
        let status;
        for (let tries = 0; tries < 50; tries += 1) {
          ({ status } = await this.send(instance, activity));
          if (status !== 503 && status !== 429) break;
          await sleep(100);
        }
        answers[status] = (answers[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: width }, one));
    return answers;
  }

  /** A public post that mentions somebody of the instance. */
  mention(actor, instance, name, words) {
    const id = `${actor}/statuses/${++this.number}`;
    const whom = `${instance.origin}/users/${name}`;
    const [to, cc] = [[`${context}#Public`], [whom, `${actor}/followers`]];
    return {
      id: `${id}/activity`, type: 'Create', actor, to, cc,
      object: {
        id, type: 'Note', attributedTo: actor, to, cc, content: `<p>@${name} ${words}</p>`,
        published: new Date().toISOString(), tag: [{ type: 'Mention', href: whom, name: `@${name}@${instance.authority}` }],
      },
    };
  }

  flag(actor, instance, name, uris = [], words = 'this teacher must go') {
    return {
      id: `${actor}/flags/${++this.number}`, type: 'Flag', actor, content: words,
      object: [`${instance.origin}/users/${name}`, ...uris],
    };
  }

  close() {
    return this.fediverse.close();
  }
}
