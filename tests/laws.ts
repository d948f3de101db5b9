import fc from 'fast-check'

/**
 * Property testing with a fixed seed, so that a run tests the commit and not its luck. `SEED=7 npm test` draws other
 * examples; `SEED=random` draws new ones each time.
 */
const seed = process.env.SEED ?? '20261122'
fc.configureGlobal(seed === 'random' ? {} : { seed: Number(seed) })

export default fc
