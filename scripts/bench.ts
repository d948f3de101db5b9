/** The benchmarks, each a program `bench/NAME.ts`, with what it measures. */
const benchmarks: Readonly<Record<string, string>> = {
  alternatives: 'what else one could build of the same parts; --eval DIR --save writes docs/alternatives.md',
  bot: 'a bot whose Telegram fails one call in twenty, which is restarted in between and sends photographs',
  embedding: 'passages embedded a second, and how long a question waits meanwhile',
  endurance: 'memory, files and sockets of one bot over 50,000 questions (hours)',
  'first-view': 'bytes, requests and first words of each page on a slow phone',
  index: 'how fast a folder is indexed, and how soon an added report is quoted and a deleted one is not',
  kill: 'what is left of an index when indexing is killed at random moments',
  photograph: 'the photograph of a quote: cold, on a page that was drawn before, and kept',
  qdrant: 'exact search, HNSW and Qdrant side by side; --eval DIR --save writes docs/engines.md',
  reader: 'pages and searches of the reader at a steady rate',
  replicas: 'two bots by webhook, one of which is killed under load',
  standing: 'the time of ten thousand standing questions when a report comes; --eval DIR',
  'standing-kills': 'whether each standing question is told once, over kills at random moments',
  scale: 'size, start and latency by stage of larger and larger indexes; --save writes docs/scale.md',
}

/** `npm run bench -- NAME [OPTION …]` runs a benchmark; without a name it lists them. */
const [name = ''] = process.argv.slice(2)
if (Object.hasOwn(benchmarks, name)) {
  // The benchmark reads its options as if Node had been started with it.
  process.argv.splice(2, 1)
  await import(`./bench/${name}.ts`)
} else {
  console.log('npm run bench -- NAME [OPTION …]\n')
  for (const [one, measures] of Object.entries(benchmarks)) console.log(`  ${one.padEnd(14)}${measures}`)
  process.exitCode = name === '' ? 0 : 1
}

export {}
