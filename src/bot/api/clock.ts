import type { Bilingual } from '../../errors.ts'

/** A clock that is off by no more than this makes no difference to anybody. */
const toleranceMs = 5 * 60_000

/** Telegram's time, by which the age of messages is told: the clock of this machine may be days ahead. */
export interface Clock {
  /** Seconds since the epoch. */
  now(): number
  /** Hears the time that Telegram states in an answer that has just come. */
  hear(date: Date): void
}

/** This machine's time until Telegram states its own. @param warn is told once if the two are far apart */
export function createClock(warn: (text: Bilingual) => void): Clock {
  let aheadMs = 0
  let isTold = false
  return {
    now: () => (Date.now() - aheadMs) / 1000,
    hear(date) {
      aheadMs = Date.now() - date.getTime()
      if (isTold || Math.abs(aheadMs) <= toleranceMs) return
      isTold = true
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
