import type { Bilingual } from '../../errors.ts'

/** A clock that is off by no more than this is right enough. */
const toleranceMs = 5 * 60_000

/** A clock of Telegram's time, which the age of messages is judged by: this machine's own clock may be days ahead. */
export interface Clock {
  /** Returns seconds since the epoch. */
  now(): number
  /** Sets the clock by the time that Telegram states in an answer that has just come. */
  set(date: Date): void
}

/** Creates a clock of this machine's time until it is set. @param warn is called once, when the two are far apart */
export function createClock(warn: (text: Bilingual) => void): Clock {
  let aheadMs = 0
  let isWarned = false
  return {
    now: () => (Date.now() - aheadMs) / 1000,
    set(date) {
      aheadMs = Date.now() - date.getTime()
      if (isWarned || Math.abs(aheadMs) <= toleranceMs) return
      isWarned = true
      warn(clockText(aheadMs))
    },
  }
}

function clockText(aheadMs: number): Bilingual {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  const [zhWay, enWay] = aheadMs > 0 ? ['快', 'ahead of'] : ['慢', 'behind']
  return {
    zh: `本机时钟比 Telegram ${zhWay} ${minutes} 分钟。问题的新旧按 Telegram 的时间判断;请校准时钟,否则网页登录和加密连接会出错。`,
    en: `This machine's clock is ${minutes} minutes ${enWay} Telegram's. The age of questions is judged by Telegram's time; set the clock right, as signing in to the pages and secure connections need it.`,
  }
}
