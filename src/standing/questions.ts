import { createHash } from 'node:crypto'
import type { StateStore } from '../state/types.ts'
import { moveAnnouncements } from './announcements.ts'
import type { Digest, StandingQuestion } from './types.ts'

/** The most standing questions of one person, and of one chat. */
export const maxOfPerson = 20
export const maxOfChat = 50

/** The fields of a standing question that its setter decides. */
export type NewQuestion = Omit<StandingQuestion, 'id' | 'isPaused' | 'at'>

/** Keeps the standing questions and digests of all chats. */
export interface StandingQuestions {
  /** Every standing question, in the order in which they were set. */
  all(): Promise<StandingQuestion[]>
  /** Those of a chat, in the same order. */
  ofChat(chat: number): Promise<StandingQuestion[]>
  get(chat: number, id: string): Promise<StandingQuestion | null>
  /**
   * Adds a question, or returns the limit that it would pass. One that stands already is set anew by whoever set it, and stays as it
   * is for others.
   */
  add(question: NewQuestion): Promise<StandingQuestion | 'person limit' | 'chat limit'>
  /** Changes some fields of a question as it is kept now; one that was ended meanwhile stays so. */
  change(question: Pick<StandingQuestion, 'chat' | 'id'>, fields: Partial<StandingQuestion>): Promise<void>
  end(question: StandingQuestion): Promise<void>
  /** Ends all of a chat, its digests too. */
  endChat(chat: number): Promise<void>
  /** Moves all of a group to the supergroup that it became, which knows neither its messages nor its topics. */
  moveChat(from: number, to: number): Promise<void>
  digests(): Promise<Digest[]>
  digestsOf(chat: number): Promise<Digest[]>
  setDigest(digest: Digest): Promise<void>
  endDigest(digest: Pick<Digest, 'chat' | 'topic'>): Promise<void>
}

/** @param now the time in milliseconds since 1970 */
export function standingQuestions(state: StateStore, now = Date.now): StandingQuestions {
  const read = async <T>(keys: readonly string[]): Promise<T[]> => {
    const texts = await Promise.all(keys.map((key) => state.get(key as `standing/${string}`)))
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as T]))
  }
  const inOrder = (questions: StandingQuestion[]) =>
    questions.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))
  const keep = (question: StandingQuestion) => state.set(keyOf(question), JSON.stringify(question))
  const ofChat = async (chat: number) => {
    const keys = await state.keys('standing')
    return inOrder(await read(keys.filter((key) => key.startsWith(`standing/${chat}.`))))
  }
  const digests = async () => read<Digest>(await state.keys('digest'))
  const digestsOf = async (chat: number) => (await digests()).filter((digest) => digest.chat === chat)
  const all = async () => inOrder(await read(await state.keys('standing')))
  const endDigest = (digest: Pick<Digest, 'chat' | 'topic'>) => state.set(digestKey(digest), null)
  const endChat = async (chat: number) => {
    for (const question of await ofChat(chat)) await state.set(keyOf(question), null)
    for (const digest of await digestsOf(chat)) await endDigest(digest)
  }
  return {
    all,
    ofChat,
    async get(chat, id) {
      const [question] = await read<StandingQuestion>([keyOf({ chat, id })])
      return question ?? null
    },
    async add(asked) {
      const id = idOf(asked)
      const others = (await all()).filter((one) => one.id !== id || one.chat !== asked.chat)
      const { person, chat } = asked
      const [standing] = await read<StandingQuestion>([keyOf({ chat, id })])
      if (standing && standing.person !== person) return standing
      if (others.filter((one) => one.person === person).length >= maxOfPerson) return 'person limit'
      if (others.filter((one) => one.chat === chat).length >= maxOfChat) return 'chat limit'
      const question = { ...asked, id, isPaused: false, at: new Date(now()).toISOString() }
      await keep(question)
      return question
    },
    async change(question, fields) {
      const [kept] = await read<StandingQuestion>([keyOf(question)])
      if (kept) await keep({ ...kept, ...fields })
    },
    end: (question) => state.set(keyOf(question), null),
    endChat,
    async moveChat(from, to) {
      const questions = await ofChat(from)
      const ofGroup = await digestsOf(from)
      for (const question of questions) await keep({ ...question, chat: to, topic: null, message: null })
      for (const digest of ofGroup) {
        const moved = { ...digest, chat: to, topic: null }
        await state.set(digestKey(moved), JSON.stringify(moved))
      }
      // Both stand until all is moved, so that no announcement finds its question gone.
      await moveAnnouncements(state, from, to)
      await endChat(from)
    },
    digests,
    digestsOf,
    setDigest: (digest) => state.set(digestKey(digest), JSON.stringify(digest)),
    endDigest,
  }
}

function keyOf({ chat, id }: Pick<StandingQuestion, 'chat' | 'id'>): `standing/${string}` {
  return `standing/${chat}.${id}`
}

function digestKey({ chat, topic }: Pick<Digest, 'chat' | 'topic'>): `digest/${string}` {
  return `digest/${chat}.${topic ?? 0}`
}

function idOf({ chat, topic, text, isExact, answered }: NewQuestion): string {
  const asked = JSON.stringify([chat, topic, text, isExact, answered !== null])
  return createHash('sha256').update(asked).digest('base64url').slice(0, 12)
}
