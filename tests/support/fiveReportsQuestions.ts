/** A question about the five reports with the reason why a certain sentence answers it. */
export interface Case {
  readonly question: string
  /** Why this sentence answers, and what else might be taken for it. */
  readonly reason: string
  /** Words of the answering sentence that hold the fact, as the report has them. */
  readonly fact: string
  readonly file: string
  /** As on the page: headline, headings above the paragraph, and the paragraph's number within the article. */
  readonly article: string | null
  readonly section: string | null
  readonly paragraph: number
  /** Of how many first quotes one has to be it; 1 unless the reports answer in several places. */
  readonly among?: number
}

const xicheng = {
  file: '001_fd68bde13d4caed7.txt',
  article: '西城街道： 全力打造“宜居、和美、幸福”新西城',
}
const review = '2020年及“十三五”工作回顾'
const plans = '2021年重点工作安排'
const wujin = { file: '002_bab88bf13cc8535d.txt', section: null }
const zhonglou = { file: '003_cd2e6cbcf113aa53.txt' }
const halfYear = { file: '004_1506138e6b156c9e.txt', article: null }
const jintan = { file: '000_9a12ab7794ed2978.txt', section: null }

export const cases: readonly Case[] = [
  {
    ...jintan,
    question: '区人大会议的全体会议安排在什么地方举行?',
    reason: 'The story on the congress names one venue for plenary, presidium and group meetings.',
    fact: '安排在市民中心举行',
    article: '区十七届人大五次会议 准备工作就绪',
    paragraph: 2,
  },
  {
    ...jintan,
    question: '各旅游景区接待游客不能超过最大承载量的百分之几?',
    reason:
      'The notice on the epidemic sets one limit for scenic spots; no other per cent on that page is about visitors.',
    fact: '不超过最大承载量的75%',
    article: '我区发布《关于进一步加强疫情防控工作的通知》 倡导减少出行、减少聚会、科学防护',
    paragraph: 2,
  },
  {
    ...jintan,
    question: '北门社区的金沙花园被列为哪一年的什么项目?',
    reason:
      'Only the sentence on the finished estate says what it was listed as; the street’s own report counts such estates without a name.',
    fact: '该小区被列为2020年“省级宜居示范居住区”项目',
    article: '西城街道： 有力推进“三服务” 全面发展城市经济',
    paragraph: 1,
  },
  {
    ...xicheng,
    question: '一共取缔了多少个小柴炉?',
    reason: 'The sentence on the clean-up counts workshops, boilers, stoves, nets and boats; only the stoves are 524.',
    fact: '取缔“小柴炉”524个',
    section: `${review} › 全力抓好城乡治理 人居环境显著提升`,
    paragraph: 4,
  },
  {
    ...xicheng,
    question: '侦办了多少起涉黑涉恶案件?',
    reason:
      'Under public order the report counts the cases and the suspects; plans for 2021 name the campaign without a number.',
    fact: '侦办涉黑涉恶案件37起',
    section: `${review} › 全力保障社会稳定 基层治理不断深化`,
    paragraph: 6,
  },
  {
    ...xicheng,
    question: '2021年社会保险覆盖率要达到多少?',
    reason: 'The plan for people’s livelihood names two rates; social insurance is the first, 98 %, pensions are 95 %.',
    fact: '确保社会保险覆盖率达到98%以上',
    section: `${plans} › 四、增进民生福祉,回应人民新关切。`,
    paragraph: 11,
  },
  {
    ...xicheng,
    question: '“十三五”期间西城街道新注册企业有多少家?',
    reason: 'The report counts 2378; the newspaper rounds the same figure to more than 2300, so either may come first.',
    fact: '新注册企业共计达2378家',
    section: `${review} › 全力培育市场主体 城市经济加快发展`,
    paragraph: 3,
    among: 3,
  },
  {
    ...wujin,
    question: '武进明年力争净增多少家高新技术企业?',
    reason: 'One aim for next year: 200 high-tech firms and 5 listed ones, in the same sentence.',
    fact: '力争明年净增高新技术企业200家',
    article: '明年工作在五个方面争先奋进',
    paragraph: 2,
  },
  {
    ...wujin,
    question: '武进主城区到各镇要多长时间连通?',
    reason: 'Four travel times stand in a row; the last is from the main town to the townships.',
    fact: '武进主城区至各镇“30分钟”连通',
    article: '明年工作在五个方面争先奋进',
    paragraph: 4,
  },
  {
    ...wujin,
    question: '岁末年初的工作是谁部署的?',
    reason: 'The lead of the story names the acting district head as the one who set out the work.',
    fact: '代理区长陈志良部署岁末年初工作',
    article: '做好岁末工作 冲刺年度目标',
    paragraph: 1,
  },
  {
    ...zhonglou,
    question: '邹区的血透中心现在收治了多少位尿毒症患者?',
    reason: 'Three numbers on dialysis follow each other; patients in care are the first, the others count treatments.',
    fact: '现共收治70余位尿毒症患者',
    article: '邹区人民医院 血液透析中心获省级荣誉',
    section: null,
    paragraph: 2,
  },
  {
    ...zhonglou,
    question: '宝龙社区有多少户居民住宅?',
    reason: 'The community’s sentence counts homes, flats and shops; homes are 2826.',
    fact: '居民住宅2826户',
    article: '“融创益家”:北港“破题”商居融合',
    section: '整合资源,构筑共建治理联盟',
    paragraph: 2,
  },
  {
    ...zhonglou,
    question: '大村的群租房给电动车充电想了什么办法?',
    reason: 'The problem and the charging posts that solve it stand in one sentence.',
    fact: '因地制宜设置了充电桩',
    article: '为群租房上好“安全锁”',
    section: null,
    paragraph: 2,
  },
  {
    ...halfYear,
    question: '河海大学产教融合创新示范中心上半年完成了多少投资?',
    reason: 'The year’s investment is 300 million, the half year’s 204; both stand in the sentence that is marked.',
    fact: '上半年完成投资2.04亿元',
    section: '一、坚持项目牵引,推动经济发展。',
    paragraph: 2,
  },
  {
    ...halfYear,
    question: '清洗了多少家餐饮单位的油烟净化器?',
    reason:
      'The older report also counts eateries with fumes (476), but there they are rebuilt or closed, not cleaned.',
    fact: '对219家中小型餐饮单位油烟净化器进行清洗',
    section: '三、加强长效管护,提升环境质量。',
    paragraph: 4,
  },
  {
    ...halfYear,
    question: '配备了多少名专职网格员?',
    reason: 'Full-time and part-time grid workers are counted one after the other; full-time are 96.',
    fact: '同步配齐96名专职',
    section: '四、聚焦基层治理,增进民生福祉。',
    paragraph: 5,
  },
]
