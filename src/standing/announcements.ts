import { wordsOf } from '../reports/passages.ts'
import type { StateKey, StateStore } from '../state/types.ts'
import type { Announcement, Finding } from './types.ts'

/** Announcements are remembered for so long, so that nothing in them is told again. */
export const rememberedSeconds = 90 * 24 * 3600

/** The key of an announcement. */
export function announcementKey({ id }: Pick<Announcement, 'id'>): StateKey {
  return `announcement/${id}`
}

/** The key that marks an announcement as sent, or as handed to the network. */
export function announcedKey({ id }: Pick<Announcement, 'id'>): StateKey {
  return `announced/${id}`
}

/**
 * Keeps an announcement until it is sent, joined with the one of the same id that waits already. Where that one was sent meanwhile it
 * gets an id of its own.
 */
export async function keepAnnouncement(state: StateStore, announcement: Announcement): Promise<void> {
  if ((await state.get(announcedKey(announcement))) !== null)
    return keepAnnouncement(state, { ...announcement, id: `${announcement.id}+` })
  const waiting = await readAnnouncement(state, announcementKey(announcement))
  const known = new Set(waiting?.findings.map(findingKey))
  const joined = {
    ...announcement,
    findings: [...(waiting?.findings ?? []), ...announcement.findings.filter((one) => !known.has(findingKey(one)))],
    reports: [...new Set([...(waiting?.reports ?? []), ...announcement.reports])],
  }
  await state.set(announcementKey(announcement), JSON.stringify(joined), rememberedSeconds)
}

/** Identifies a finding by its question and the words of its passage, which a copy has as well. */
function findingKey({ question, found }: Finding): string {
  return `${question} ${wordsOf(found.passage)}`
}

/** The announcements that were not sent, whose time has come. @param now Unix time in seconds */
export async function dueAnnouncements(state: StateStore, now: number): Promise<Announcement[]> {
  return (await readAll(state, await unsentKeys(state))).filter(({ due }) => due <= now)
}

/** @returns a function that tells whether a finding stands in an announcement, sent or not, by the words of its passage */
export async function toldBefore(state: StateStore): Promise<(finding: Finding) => boolean> {
  const all = await readAll(state, (await state.keys('announcement')) as StateKey[])
  const told = new Set(all.flatMap(({ findings }) => findings.map(findingKey)))
  return (finding) => told.has(findingKey(finding))
}

/**
 * Hands the announcements that wait for a group to the supergroup that it became. One that is sent meanwhile stays with the group.
 */
export async function moveAnnouncements(state: StateStore, from: number, to: number): Promise<void> {
  for (const waiting of await readAll(state, await unsentKeys(state))) {
    if (waiting.chat !== from) continue
    const moved = { ...waiting, id: `${to}.0.${waiting.id.split('.').at(-1)}`, chat: to, topic: null }
    await keepAnnouncement(state, moved)
    const isOurs = await state.claim(announcedKey(waiting), '1', rememberedSeconds)
    if (!isOurs) await state.set(announcementKey(moved), null)
  }
}

/** The keys of the announcements that were not sent. */
async function unsentKeys(state: StateStore): Promise<StateKey[]> {
  const sent = new Set((await state.keys('announced')).map((key) => key.slice('announced/'.length)))
  return ((await state.keys('announcement')) as StateKey[]).filter(
    (key) => !sent.has(key.slice('announcement/'.length)),
  )
}

async function readAll(state: StateStore, keys: readonly StateKey[]): Promise<Announcement[]> {
  const all = await Promise.all(keys.map((key) => readAnnouncement(state, key)))
  return all.filter((announcement) => announcement !== null).sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1))
}

async function readAnnouncement(state: StateStore, key: StateKey): Promise<Announcement | null> {
  const text = await state.get(key)
  return text === null ? null : (JSON.parse(text) as Announcement)
}
