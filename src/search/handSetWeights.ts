/**
 * The weights that no training sets, with the reason for each. The learned ones are in `model.json`, and were learned on
 * inputs made with these: who changes a weight below that is no log odds of the final score should train again.
 */

// Parsing a question.

/** The share at which the words of the question before a follow-up count: they are context, and the follow-up's own words decide. */
export const previousShare = 0.5

// Retrieval.

/** The share of a place's name that the question writes with one other character: it is probably, but not surely, meant. */
export const misspeltShare = 0.8
/**
 * The exponent of a translation's weight beside the best one's. Below 1 it lifts the less likely translations, since the
 * dictionary's order says little about which of them the reports use.
 */
export const alternativePower = 0.5
/** The share that parts of a translation count beside the whole of it. */
export const partShare = 0.7
/** The share that a word in the headings or in the report's names counts beside one in the passage's own text. */
export const contextShare = 0.5

// The best sentence of a passage.

/** The share that a word before the sentence counts, since an answer often only refers back (`该小区被列为…`). */
export const carriedShare = 0.6
/** The bonus of a sentence that holds the type of answer asked for; it breaks ties between neighbouring sentences. */
export const answerTypeBonus = 0.15

// Ranking, as log odds added to the learned score.

/**
 * The worth of each year input among sister reports. Sisters differ in nothing but their years, so between them the year
 * decides. The questions to learn from hardly know sisters, so that training would not find these weights.
 */
export const yearsAmongSisters = { year: 3, yearText: 1.5, yearWrong: -3, yearSentence: 1.5, yearOther: -1.5 } as const
/** The share of a reranker's logit: half, as reranker and ranker have read the same words and err together. */
export const rerankerShare = 0.5
/**
 * The worth of matching all of the question that no chosen passage matches. Of chronoqa's questions to learn from that need
 * several passages, all of them are among five quotes for 70 % with it, and for 63 % by score alone.
 */
export const gainWeight = 16
/** The bonus, where a list is asked for, of a passage that continues the first one in the middle of a sentence. */
export const continuationBonus = 3

// Showing.

/**
 * The probability from which on a quote is shown beside the first one. Of the questions to learn from, a list needs several quotes
 * more often: with these bounds 1.5 quotes are shown where three were, and the parts of lists are among them as often.
 */
export const minShownProbability = { list: 0.08, other: 0.15 } as const

// Standing questions.

/**
 * The confidence from which on a new report is taken to answer a standing question: higher than for a question just asked, as nobody
 * waits for the message. Chosen on the questions to learn from, where 4.4 of a hundred near misses reach it; of others, which the
 * confidence was not learned from, nine of a hundred do (docs/evaluation.md).
 */
export const standingConfidence = 0.79
/**
 * The share of the closeness of the nearest passage known that a new passage must reach, for a standing question to be asked. Of the
 * questions to learn from, those that a report answers reach it there in 96 of a hundred cases, and others in one of a hundred.
 */
export const nearShare = 0.85
