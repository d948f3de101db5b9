import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { buildLibrary } from '../../tests/support/botProcess.ts'
import { loadReplicas, startReplicas } from '../../tests/support/replicaLoad.ts'
import { seeded } from '../training/sets.ts'
import { busyness, machine } from './support/machine.ts'

/**
 * `npm run bench -- replicas`: two real bots by webhook behind one address over a fake Telegram on the loopback. People ask so
 * many questions a second, a tenth is delivered twice, and in the midst one bot is killed. Prints a table, and with
 * `--json` the same as JSON. Fails unless every question is answered exactly once.
 */
await runCommand(async () => {
  const { values } = readCommandLine({
    'per-second': { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    duplicates: { type: 'string', default: '0.1' },
    people: { type: 'string', default: '400' },
    'kill-after': { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  })
  const load = {
    perSecond: Number(values['per-second']),
    seconds: Number(values.seconds),
    duplicates: Number(values.duplicates),
    people: Number(values.people),
    killAfterMs: Number(values['kill-after']) * 1000,
  }
  const busy = busyness()
  const library = await buildLibrary(true)
  const replicas = await startReplicas(library, 2)
  const { outputs, ...outcome } = await loadReplicas(replicas, load, seeded(Number(values.seed))).finally(replicas.end)
  const isGood = outcome.answeredOnce === outcome.asked && outcome.violations.length === 0 && !outcome.tokenPrinted
  if (values.json) console.log(JSON.stringify({ load, ...outcome }))
  else {
    const rows = [
      ['machine', `${machine()}, ${busy}`],
      ['asked', `${outcome.asked}, ${load.perSecond} a second, from ${load.people} people`],
      ['of these delivered twice', outcome.duplicates],
      ['one of two replicas killed', `after ${load.killAfterMs / 1000} s and ${outcome.answeredBeforeKill} answers`],
      ['answered once', outcome.answeredOnce],
      ['answered twice', outcome.answeredTwice],
      ['never answered', outcome.unanswered],
      ['taken over from the killed one', outcome.takenOver],
      ['of the killed one, answered when it died', outcome.takenAsAnswered],
      ['waiting when the last was asked', outcome.waitingAtEnd],
      ['from question to answer, median', `${outcome.medianMs} ms`],
      ['from question to answer, 99th percentile', `${outcome.p99Ms} ms`],
      ['the slowest', `${outcome.slowestMs} ms`],
      [
        'rules of the Bot API broken',
        outcome.violations.length === 0 ? 'none' : outcome.violations.slice(0, 3).join('; '),
      ],
    ] as const
    console.log('| | |\n|---|---|')
    for (const [name, value] of rows) console.log(`| ${name} | ${value} |`)
  }
  if (!isGood) for (const output of outputs) console.error(output.slice(-3000))
  return isGood ? 0 : 1
})
