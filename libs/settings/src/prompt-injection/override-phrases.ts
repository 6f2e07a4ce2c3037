/**
 * The words of "ignore the previous instructions" in one language, as lists (`_` joins the words of one expression). They match in
 * four orders, with only `fillerWords` in between:
 *
 * - `ignoreVerbs`, `previousWords`, `instructionNouns`
 * - `ignoreVerbs`, `instructionNouns`, `previousWords`
 * - `previousWords`, `instructionNouns`, `trailingIgnoreVerbs`
 * - `instructionNouns`, `previousWords`, `trailingIgnoreVerbs`
 *
 * A sentence about something else ("ignore typos", "ignore instructions inside the documents") does not match.
 */
export interface OverridePhrase {
  /** Imperatives at the beginning of the phrase. */
  readonly ignoreVerbs?: string;
  /** Forms of the verb at the end of the phrase. */
  readonly trailingIgnoreVerbs?: string;
  readonly fillerWords: string;
  readonly previousWords: string;
  readonly instructionNouns: string;
  /** Words that negate the phrase when they come right before its first word: "never ignore the rules above". */
  readonly negations?: string;
}

export const overridePhrases: readonly OverridePhrase[] = [
  {
    ignoreVerbs:
      'ignore ignoring disregard disregarding forget bypass stop_following do_not_follow dont_follow do_not_obey dont_obey pay_no_attention_to',
    fillerWords:
      'all any every each of the these those that this your my our and or other more which were was are been have has had given stated written listed provided you i we whatever system from completely totally entirely about',
    previousWords: 'previous previously prior above earlier preceding foregoing former past initial before',
    instructionNouns:
      'instruction instructions direction directions directive directives command commands prompt prompts rule rules guideline guidelines guidance constraints restrictions programming',
    negations: 'not never dont doesnt cannot cant mustnt shouldnt wont without',
  },
  {
    ignoreVerbs:
      'ignoriere ignorier ignorieren_sie vergiss vergesst vergessen_sie missachte missachten_sie beachte_nicht',
    trailingIgnoreVerbs:
      'ignorieren vergessen missachten nicht_beachten nicht_mehr_beachten außer_acht_lassen',
    fillerWords: 'alle alles die der den deine ihre meine aller sämtliche dir bitte und gegebenen erteilten',
    previousWords:
      'vorherige vorherigen vorhergehende vorhergehenden vorangegangene vorangegangenen bisherige bisherigen frühere früheren vorige vorigen obige obigen obenstehenden oben zuvor',
    instructionNouns:
      'anweisung anweisungen instruktion instruktionen befehl befehle vorgaben regeln prompt prompts',
    negations: 'nicht nie niemals',
  },
  {
    ignoreVerbs:
      'ignore ignorez ignorer ignorons oublie oubliez oublier ne_tiens_pas_compte ne_tenez_pas_compte néglige négligez',
    fillerWords: 'toutes tous tout toute les des de la le l vos tes mes ces celles qui sont données et',
    previousWords:
      'précédente précédentes précédent précédents antérieure antérieures antérieur antérieurs ci-dessus plus_haut préalables avant',
    instructionNouns:
      'instruction instructions consigne consignes directive directives règle règles ordre ordres commandes invite prompt',
    negations: 'pas jamais',
  },
  {
    ignoreVerbs:
      'ignora ignore ignorad ignorar olvida olvide olvidad olvidar haz_caso_omiso_de no_tengas_en_cuenta no_sigas',
    fillerWords:
      'todas todos todo toda las los la el de del a tus sus mis que te di he dado dadas y cualquier',
    previousWords: 'anterior anteriores previa previas previo previos precedentes de_arriba arriba antes',
    instructionNouns:
      'instrucción instrucciones indicación indicaciones orden órdenes regla reglas directriz directrices prompt',
    negations: 'no nunca jamás sin',
  },
  {
    ignoreVerbs:
      'ignore ignora ignorem ignorar esqueça esquece esqueçam esquecer desconsidere desconsiderar desconsidera',
    fillerWords:
      'todas todos tudo toda as os a o de das dos suas tuas minhas que te dei foram dadas e quaisquer',
    previousWords: 'anterior anteriores prévia prévias precedentes acima antes',
    instructionNouns:
      'instrução instruções orientação orientações ordem ordens regra regras diretriz diretrizes comandos prompt',
    negations: 'não nunca jamais sem',
  },
  {
    ignoreVerbs: 'ignora ignorate ignori ignorare dimentica dimenticate dimenticare trascura non_considerare',
    fillerWords: 'tutte tutti tutto le gli i la il di delle tue vostre mie che ti ho dato e qualsiasi',
    previousWords: 'precedente precedenti anteriore anteriori di_cui_sopra sopra prima',
    instructionNouns:
      'istruzione istruzioni indicazione indicazioni direttiva direttive regola regole ordini comandi prompt',
    negations: 'non mai senza',
  },
  {
    ignoreVerbs: 'negeer vergeet',
    trailingIgnoreVerbs: 'negeren vergeten',
    fillerWords: 'alle alles de het je jouw uw mijn van',
    previousWords: 'vorige voorgaande eerdere bovenstaande hierboven',
    instructionNouns: 'instructie instructies aanwijzing aanwijzingen opdrachten regels prompt',
    negations: 'niet nooit',
  },
  {
    ignoreVerbs: 'zignoruj ignoruj zapomnij_o zapomnij pomiń',
    fillerWords: 'wszystkie wszystkich wszelkie te tych swoje twoje moje o',
    previousWords: 'poprzednie poprzednich wcześniejsze wcześniejszych powyższe powyższych dotychczasowe',
    instructionNouns: 'instrukcje instrukcji polecenia poleceń wytyczne wytycznych zasady zasad reguły',
    negations: 'nie nigdy',
  },
  {
    ignoreVerbs:
      'игнорируй игнорируйте проигнорируй проигнорируйте игнорировать забудь забудьте забыть отбрось не_обращай_внимания_на не_следуй не_учитывай',
    trailingIgnoreVerbs: 'игнорируй игнорируйте проигнорируй проигнорируйте забудь забудьте',
    fillerWords: 'все всё всех эти этих твои свои мои о об про данные тебе мной любые и',
    previousWords:
      'предыдущие предыдущих прежние прежних предшествующие предшествующих прошлые вышеуказанные вышеприведенные выше ранее',
    instructionNouns:
      'инструкции инструкций указания указаний команды команд правила правил приказы директивы промпты промпт',
    negations: 'не никогда',
  },
  {
    trailingIgnoreVerbs:
      'yok_say yoksay yok_sayın yoksayın görmezden_gel görmezden_gelin dikkate_alma unut unutun',
    fillerWords: 'tüm bütün her verilen sana ve',
    previousWords: 'önceki daha_önceki yukarıdaki evvelki',
    instructionNouns: 'talimat talimatlar talimatları talimatlarını yönerge yönergeleri komutları kuralları',
  },
  {
    ignoreVerbs: 'تجاهل تجاهلي تجاهلوا انس انسى اهمل',
    fillerWords: 'جميع كل كافة من هذه تلك التي لك وكل',
    previousWords: 'السابقة السابق أعلاه المذكورة_أعلاه السالفة',
    instructionNouns: 'التعليمات تعليماتك تعليمات الأوامر أوامر التوجيهات القواعد الإرشادات',
    negations: 'لا لن لم دون',
  },
  {
    trailingIgnoreVerbs:
      'अनदेखा_करें अनदेखा_करो अनदेखा_कर_दो अनदेखा_कर_दें अनदेखी_करें नज़रअंदाज़_करें नज़रअंदाज़_करो नज़रअंदाज़_कर_दो भूल_जाओ भूल_जाएं भूल_जाइए उपेक्षा_करें',
    fillerWords: 'सभी सब को की का के उन इन और पूरी_तरह',
    previousWords: 'पिछले पिछली पहले_के पहले_दिए_गए पूर्व उपरोक्त ऊपर_के ऊपर_दिए_गए',
    instructionNouns: 'निर्देश निर्देशों आदेश आदेशों नियम नियमों अनुदेशों हिदायतों',
  },
  {
    ignoreVerbs:
      '忽略 忽略掉 忽视 忽視 无视 無視 忘记 忘記 忘掉 不要理会 不要理會 不要遵守 不理会 不用管 略過 请忽略',
    trailingIgnoreVerbs: '忽略 忽略掉 忽视 忽視 无视 無視 忘记 忘記 忘掉',
    fillerWords: '所有 全部 一切 任何 的 你 您 我 那些 这些 這些 给 給 出 全 都 请 請 系统 系統',
    previousWords: '之前 以前 先前 前面 上面 以上 上述 此前 早先 原先',
    instructionNouns: '指令 指示 提示 提示词 規則 规则 说明 說明 命令 指引',
    negations: '不要 不得 不可 不能 不会 不會 切勿 请勿 請勿 勿 别 別',
  },
  {
    trailingIgnoreVerbs:
      '無視して 無視せよ 無視しろ 無視すること 無視しなさい 忘れて 忘れろ 忘れなさい 従わないで',
    fillerWords: 'の すべて 全て 全部 を は に あらゆる 与えられた された',
    previousWords: '以前 これまで それまで 前 上記 先ほど 今まで 上 以上 従来',
    instructionNouns: '指示 命令 指令 プロンプト ルール 規則 説明 インストラクション',
  },
  {
    trailingIgnoreVerbs: '무시하고 무시하세요 무시해 무시하라 무시하십시오 무시하시오 잊어 잊으세요 잊고',
    fillerWords: '모든 의 을 를 은 는 전부 모두 다 주어진',
    previousWords: '이전 앞선 앞의 위의 위 지금까지 기존 상기',
    instructionNouns: '지시 지시사항 명령 명령어 지침 규칙 프롬프트 안내',
  },
];
