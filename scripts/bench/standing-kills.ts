import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { seeded } from '../training/sets.ts'
import { killedUpdate } from './support/killedAnnouncer.ts'
import { machine } from './support/machine.ts'

/**
 * `npm run bench -- standing-kills [--kills 500] [--questions 200] [--each 10]`: kills the process that announces a new report to
 * chats with a standing question each, at random moments of the time that it takes undisturbed, `--each` times an update, and
 * counts the messages of each chat. Ends with 1 when a chat got another number than one.
 */
async function bench(): Promise<number> {
  const { values } = readCommandLine({
    kills: { type: 'string', default: '500' },
    questions: { type: 'string', default: '200' },
    each: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  })
  const random = seeded(Number(values.seed))
  console.log(machine())
  const counts = new Map<number, number>()
  const { milliseconds } = await killedUpdate(Number(values.questions), 0, () => 0)
  console.log(`${milliseconds.toFixed(0)} ms undisturbed`)
  let killed = 0
  let midway = 0
  while (killed < Number(values.kills)) {
    const update = await killedUpdate(Number(values.questions), Number(values.each), () => random() * milliseconds)
    killed += update.kills
    midway += update.midway
    for (const messages of update.messages) counts.set(messages, (counts.get(messages) ?? 0) + 1)
    for (const violation of update.violations) console.log(violation)
    console.log(
      `${killed} kills, ${midway} of them amid the messages: ${[...counts].map(([messages, chats]) => `${chats} chats got ${messages}`).join(', ')}`,
    )
  }
  return counts.size === 1 && counts.has(1) ? 0 : 1
}

await runCommand(bench)
