import { defaultModel } from '../../src/embeddings/model.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'

/**
 * A process of `pool.slow.test.ts`: it embeds a text and has nothing more to do (`idle`), or it ends itself with 3 so many
 * milliseconds after it began to load the model (`loading`) or to embed many texts (`running`).
 */
const [, , state, delayMs = '0', ...many] = process.argv
const embedder = await openEmbedder(defaultModel)
const endSoon = () => setTimeout(() => process.exit(3), Number(delayMs))
const embedded = embedder.embed(['安置房'])
if (state === 'loading') endSoon()
await embedded
if (state === 'running') {
  endSoon()
  await embedder.embed(many)
}
