import type { NewQuestion } from '../../src/standing/questions.ts'
import { sketch } from '../fakes/standing.ts'

/** A standing question of one person in a private chat. */
export function asked(text: string, more: Partial<NewQuestion> = {}): NewQuestion {
  return {
    chat: 7,
    topic: null,
    message: 3,
    person: 7,
    locale: 'zh',
    text,
    previous: null,
    isExact: false,
    answered: null,
    told: [],
    sketch,
    nearest: 0,
    ...more,
  }
}
