/**
 * The stage that a question or a sentence speaks of. Work reports, budgets and bulletins state the same figure twice, as a
 * plan and as its result. The words that set the two apart belong to the language of all such reports.
 */
export type Stage = 'planned' | 'done'

const asksPlanned =
  /目标|计划|预期|预计|力争|打算|规划|拟|任务|定在|安排(?!了)|(?:准备|争取|将要?|会)(?:建|开|新增|达到|完成|投|办|减|增)|下一步|要(?:建|新增|完成|达到|力争|新建|改造|投)|\btargets?\b|\bgoals?\b|\bplan(?:s|ned)?\b|\bexpect(?:s|ed)?\b|\baims?\b|\bwill\b/iu
const asksDone =
  /完成|实际|实现了|达到了|达到多少|最后|最终|结果|同比|比上年|增长了|(?:建成|新增|投入|减少|下降|改造|收|花|用|办|卖|开)[了过]|已经?|累计|执行情况|决算|\bactual(?:ly)?\b|\bachieved?\b|\bcompleted?\b/iu
const saysPlanned =
  /目标|计划|预期|预计|力争|争取|规划|拟|确保|(?<!已)(?<!已经)将(?!近|军)|下一步|要(?:在|加快|完成|达到|继续|抓|全力|实现|力争|坚持)|左右|以上,|以内|不低于|不少于|不超过|新的一年|明年|草案/u
const headsPlans = /目标|计划|预期|任务|安排|规划|草案|下一步|思路|建议|打算|部署|明年|措施/u

/** The stage that a question asks for; null where it names none or both. */
export function stageAsked(question: string): Stage | null {
  const planned = asksPlanned.test(question)
  const done = asksDone.test(question)
  return planned === done ? null : planned ? 'planned' : 'done'
}

/**
 * True where a sentence states a plan.
 * @param heading the heading of its section, or empty
 */
export function statesPlan(sentence: string, heading: string): boolean {
  return saysPlanned.test(sentence) || headsPlans.test(heading)
}
