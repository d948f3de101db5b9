import { after } from 'node:test'
import { openIndexContract } from '../../contracts/openIndex.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { connectQdrant, publishAll, settingsFor } from './publishing.ts'

const server = noServer === false ? await startQdrant() : null
after(() => server?.stop())

let made = 0
openIndexContract(
  'qdrant',
  async (reports, model) => {
    const qdrant = connectQdrant(settingsFor(server!.urls, `contract${++made}`))
    await publishAll(qdrant, reports, { model })
    return qdrant.open(model)
  },
  { skip: noServer, tolerance: 2e-5 },
)
