import { aliased } from './collections.ts'
import type { QdrantSettings } from './layout.ts'
import type { Schemas, Servers } from './servers.ts'

/** The condition of Qdrant, for the operator. */
export interface QdrantHealth {
  /** The nodes of the cluster, or the configured addresses where there is no cluster. */
  readonly nodesExpected: number
  readonly nodesUp: number
  /** The replicas of the index's shards that all nodes together should hold; 0 where nobody knows. */
  readonly replicasExpected: number
  /** The replicas that answer; fewer when a node is gone or is catching up. */
  readonly replicasActive: number
  /** True when every shard has a replica that answers. Otherwise no question can be answered. */
  readonly isWhole: boolean
}

/** Asks all nodes within seconds. A node that does not answer counts as down. */
export async function healthOf(servers: Servers, { name, replicas }: QdrantSettings): Promise<QdrantHealth> {
  const answers = await servers.each((api, init) => api.clusterStatus({}, init))
  const silent = silentPeers(answers)
  const unanswered = answers.filter((answer) => answer === null).length
  const peers = answers.map((answer) => (answer?.status === 'enabled' ? Object.keys(answer.peers).length : 0))
  const nodesExpected = Math.max(...peers, answers.length)
  const nodesUp = unanswered === answers.length ? 0 : nodesExpected - Math.max(silent.size, unanswered)
  const nodes = { nodesExpected, nodesUp }
  const unknown: QdrantHealth = { ...nodes, replicasExpected: 0, replicasActive: 0, isWhole: false }
  if (nodesUp === 0) return unknown
  try {
    const collection_name = await aliased(servers, name)
    if (collection_name === null) return unknown
    const info = await servers.read((api, init) => api.collectionClusterInfo({ collection_name }, init))
    const active = [
      ...info.local_shards.filter(({ state }) => state === 'Active'),
      ...info.remote_shards.filter(({ state, peer_id }) => state === 'Active' && !silent.has(String(peer_id))),
    ]
    return {
      ...nodes,
      replicasExpected: info.shard_count * replicas,
      replicasActive: active.length,
      isWhole: new Set(active.map(({ shard_id }) => shard_id)).size === info.shard_count,
    }
  } catch {
    return unknown
  }
}

/** The ids of nodes that others cannot reach. Such a node need not be among the configured addresses. */
function silentPeers(answers: readonly (Schemas['ClusterStatus'] | null)[]): Set<string> {
  const enabled = answers.flatMap((answer) => (answer?.status === 'enabled' ? [answer] : []))
  const answering = new Set(enabled.map(({ peer_id }) => String(peer_id)))
  const silent = new Set<string>()
  for (const { peers, message_send_failures } of enabled) {
    for (const [id, peer] of Object.entries(peers)) {
      if (peer && peer.uri in message_send_failures && !answering.has(id)) silent.add(id)
    }
  }
  return silent
}
