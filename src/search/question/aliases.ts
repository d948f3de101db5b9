import { inWordsOf } from '../../languages/regional.ts'
import type { QuestionInput } from './question.ts'

/**
 * Abbreviations and everyday words with the official terms for them: indicators as the National Bureau of Statistics names
 * them in its glossary, and short forms that are usual in government documents. An alias is replaced by the first of its
 * official terms that occurs in the reports.
 */
const aliases: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<![a-z])gdp(?![a-z])|(?<!国内|地区)生产总值/giu, ['国内生产总值', '地区生产总值']],
  [/(?<![a-z])cpi(?![a-z])|(?<!消费|出厂)(?:物价|价格)(?:总?水平|指数|涨幅)|物价/giu, ['居民消费价格']],
  [/(?<![a-z])ppi(?![a-z])/giu, ['工业生产者出厂价格']],
  [/(?<!城镇新增)(?:工作岗位|就业岗位)/gu, ['城镇新增就业', '新增就业']],
  [/社零(?:总额)?/gu, ['社会消费品零售总额']],
  [/固投|(?<!固定)资产投资/gu, ['固定资产投资']],
  [/规上/gu, ['规模以上', '规上']],
  [/限上/gu, ['限额以上', '限上']],
  [/财政收入|财政预算收入/gu, ['一般公共预算收入', '一般公共预算', '财政收入']],
  [/低保/gu, ['最低生活保障', '低保']],
  [/社保/gu, ['社会保险', '社会保障', '社保']],
  [/医保(?!局)/gu, ['医疗保险', '医疗保障', '医保']],
  [/棚改/gu, ['棚户区改造', '棚改']],
  [/旧改/gu, ['老旧小区改造', '旧城改造', '旧改']],
  [/高企/gu, ['高新技术企业']],
  [/三公(?!"?经费)/gu, ['三公经费']],
]

/**
 * Short names of offices, which are the same at every rank of government. The full names are those of the State Council's
 * departments (Notice on the setup of institutions, 国发〔2018〕6号 and 国发〔2023〕5号). A short name that occurs in the reports is
 * left as it is.
 */
const offices: readonly (readonly [RegExp, readonly string[]])[] = [
  [/发改(?=[委局])/gu, ['发展和改革', '发展改革']],
  [/人社(?=[局厅部])/gu, ['人力资源和社会保障', '人力资源社会保障']],
  [/住建(?=[局厅部委])/gu, ['住房和城乡建设', '住房城乡建设']],
  [/卫健(?=[委局])/gu, ['卫生健康', '卫生和健康']],
  [/工信(?=[局厅部委])/gu, ['工业和信息化', '经济和信息化']],
  [/经信(?=[局委厅])/gu, ['经济和信息化']],
  [/市监(?=局)/gu, ['市场监督管理', '市场监管']],
  [/文旅(?=[局厅部委])/gu, ['文化和旅游', '文化广电和旅游', '文化广电旅游']],
  [/自规(?=局)/gu, ['自然资源和规划']],
  [/教体(?=局)/gu, ['教育体育', '教育和体育']],
  [/医保(?=局)/gu, ['医疗保障']],
  [/环保(?=[局厅部])/gu, ['生态环境', '环境保护']],
  [/应急(?=[局厅部])/gu, ['应急管理']],
  [/退役军人(?=[局厅部])/gu, ['退役军人事务']],
]

/** The full names of the indicators and offices that have short ones. */
export const indicatorNames: readonly string[] = [...new Set(aliases.flatMap(([, names]) => names))]
export const officeNames: readonly string[] = [...new Set(offices.flatMap(([, names]) => names))]

/**
 * Replaces the aliases in a question by what the reports call the same thing. Words of Taiwan or Hong Kong that do not occur
 * in the reports are replaced by the mainland's, and the other way round.
 * @param occurs true for a term that occurs in the reports
 */
export function withOfficialTerms<Input extends Pick<QuestionInput, 'text' | 'from'>>(
  input: Input,
  occurs: (term: string) => boolean,
): Input {
  const { text, from } = input
  const official = (part: string) => inWordsOf(replaced(part, text, occurs), occurs)
  const before = official(text.slice(0, from))
  return { ...input, text: before + official(text.slice(from)), from: before.length }
}

function replaced(part: string, whole: string, occurs: (term: string) => boolean): string {
  let text = part
  for (const [office, names] of offices)
    text = text.replace(office, (short) => (occurs(short) ? short : (names.find(occurs) ?? short)))
  for (const [alias, terms] of aliases) {
    const official = terms.find(occurs)
    // A question that uses the official term already needs no help.
    if (official !== undefined && !terms.some((term) => whole.includes(term) && term.replace(alias, '') !== ''))
      text = text.replace(alias, official)
  }
  return text
}
