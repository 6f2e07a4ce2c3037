import type { PhraseLanguage } from './context/context-words.js';

/**
 * The words of "ignore the previous instructions" in one language, as lists (`_` joins the words of one expression). They match in these
 * orders, with only `fillerWords` in between:
 *
 * - `ignoreVerbs`, `previousWords`, `instructionNouns`, and the same with the last two exchanged
 * - `previousWords`, `instructionNouns`, `trailingIgnoreVerbs`, and the same with the first two exchanged
 * - `ownVerbs` (or `ignoreVerbs`), `ownWords`, `instructionNouns`: "forget your rules"
 * - `ownVerbs`, `systemPrompts` and `systemPrompts`, `trailingIgnoreVerbs`
 * - `ownWords`, `instructionNouns`, `trailingIgnoreVerbs`
 * - at the end of a clause: `ignoreVerbs`, `allWords`, `instructionNouns` ("forget all rules"); `ignoreVerbs`, `everythingWords`,
 *   `previousWords` or `toldWords` ("forget everything above"); `ignoreVerbs`, `previousWords`, `messageNouns` ("ignore previous orders")
 *
 * A sentence about something else ("ignore typos", "ignore instructions inside the documents") does not match.
 */
export interface OverridePhrase {
  readonly language: PhraseLanguage;
  /** Imperatives at the beginning of the phrase. */
  readonly ignoreVerbs?: string;
  /** Forms of the verb at the end of the phrase. */
  readonly trailingIgnoreVerbs?: string;
  readonly fillerWords: string;
  readonly previousWords: string;
  readonly instructionNouns: string;
  /** "system prompt", or "your instructions" where that is one word. */
  readonly systemPrompts?: string;
  /** "your" */
  readonly ownWords?: string;
  readonly ownVerbs?: string;
  /** "all" */
  readonly allWords?: string;
  /** "everything", and what may be between it and `previousWords`: "that you were told". */
  readonly everythingWords?: string;
  readonly everythingFillers?: string;
  /** What ends "everything that you were told" besides `previousWords`. */
  readonly toldWords?: string;
  /** What a conversation consists of besides instructions. */
  readonly messageNouns?: string;
  /** "and": a clause ends before these, as at punctuation. */
  readonly clauseOpeners?: string;
}

export const overridePhrases: readonly OverridePhrase[] = [
  {
    language: 'english',
    ignoreVerbs:
      'ignore ignoring disregard disregarding forget bypass stop_following do_not_follow dont_follow do_not_obey dont_obey pay_no_attention_to overlook dismiss discard neglect set_aside abandon drop erase never_follow never_obey override_your throw_away throw_out',
    fillerWords:
      'all any every each of the these those that this your my our and or other more which were was are been have has had given stated written listed provided you i we whatever system from completely totally entirely about got received gave told them as existing current just youve weve usual default following safety what',
    previousWords:
      'previous previously prior above earlier preceding foregoing former past initial before older original before_that before_this beforehand before_this_line so_far',
    instructionNouns:
      'instruction instructions direction directions directive directives command commands prompt prompts rule rules guideline guidelines guidance constraints restrictions programming preprompt',
    ownWords: 'your',
    ownVerbs:
      'ignore disregard forget bypass override overlook dismiss discard abandon stop_following do_not_follow dont_follow do_not_obey dont_obey never_obey set_aside',
    allWords: 'all every',
    everythingWords: 'everything anything all everthing what whatever',
    everythingFillers:
      'the of to that which you ive youve i we were was been told said instructed learned has have had written stated from it or learnt discussed present',
    clauseOpeners: 'and then instead now but print',
    messageNouns:
      'order orders task tasks assignment assignments message messages conversation context input inputs information text chat conversations discussion discussions responses',
    toldWords: 'told said instructed know learned',
    systemPrompts: 'system_prompt system_prompts system_instructions system_message',
  },
  {
    language: 'german',
    ignoreVerbs:
      'ignoriere ignorier ignorieren_sie vergiss vergesst vergessen_sie missachte missachten_sie beachte_nicht beachten_sie_nicht setze_dich_über setz_dich_über setzen_sie_sich_über folge_nicht folgen_sie_nicht vernachlässige',
    trailingIgnoreVerbs:
      'ignorieren vergessen missachten nicht_beachten nicht_mehr_beachten außer_acht_lassen',
    fillerWords:
      'alle alles die der den deine ihre meine aller sämtliche dir bitte und gegebenen erteilten ihnen ihr mir euch euer eure deinen sie du ich uns hast habe gegeben erhalten hinweg',
    previousWords:
      'vorherige vorherigen vorhergehende vorhergehenden vorangegangene vorangegangenen bisherige bisherigen frühere früheren vorige vorigen obige obigen obenstehenden oben zuvor vorangehende vorangehenden davor vorausgegangenen vorher besprochene',
    instructionNouns:
      'anweisung anweisungen instruktion instruktionen befehl befehle vorgaben regeln prompt prompts richtlinien vorschriften anordnungen',
    ownWords: 'deine deinen deiner ihre ihren eure',
    allWords: 'alle sämtliche',
    everythingWords: 'alles',
    everythingFillers:
      'was dir ihnen man ich du sie gesagt wurde habe hat haben geschrieben gehört steht vorher bisher wir weiter',
    messageNouns: 'aufgaben aufträge nachrichten eingaben',
    clauseOpeners: 'und dann stattdessen jetzt nun aber',
    toldWords:
      'gesagt gesagte besprochen gelernt weißt gesagt_wurde gesagt_habe gesagt_hat gesagt_haben geschrieben_wurde gelernt_hast besprochen_haben oben_steht oben_stand oben_geschrieben_steht darüber_steht',
    systemPrompts: 'systemprompt system_prompt systemanweisungen systemanweisung',
  },
  {
    language: 'french',
    ignoreVerbs:
      'ignore ignorez ignorer ignorons oublie oubliez oublier ne_tiens_pas_compte ne_tenez_pas_compte néglige négligez faites_abstraction fais_abstraction n_obéis_plus_aux n_obéissez_plus_aux ne_suis_plus ne_suivez_plus ne_suis_pas ne_suivez_pas ne_respecte_plus ne_respectez_plus ne_respecte_pas ne_respectez_pas',
    fillerWords:
      'toutes tous tout toute les des de la le l vos tes mes ces celles qui sont données et que vous tu avez as reçues reçu ont été',
    previousWords:
      'précédente précédentes précédent précédents antérieure antérieures antérieur antérieurs ci-dessus plus_haut préalables avant ci_dessus déjà',
    instructionNouns:
      'instruction instructions consigne consignes directive directives règle règles ordre ordres commandes invite prompt contraintes',
    ownWords: 'tes vos',
    allWords: 'toutes tous',
    everythingWords: 'tout',
    everythingFillers: 'ce qui que qu vous tu t a été as dit avez est précède lu reçu on écrit figure',
    clauseOpeners: 'et puis maintenant mais',
    toldWords: 'dit précède sais appris',
    systemPrompts: 'prompt_système invite_système',
  },
  {
    language: 'spanish',
    ignoreVerbs:
      'ignora ignore ignorad ignorar olvida olvide olvidad olvidar haz_caso_omiso_de no_tengas_en_cuenta no_sigas pasa_por_alto pase_por_alto desobedece desobedezca no_hagas_caso_a no_haga_caso_a no_siga descarta descarte olvídate olvídese',
    fillerWords:
      'todas todos todo toda las los la el de del a tus sus mis que te di he dado dadas y cualquier se recibiste recibido han sido',
    previousWords: 'anterior anteriores previa previas previo previos precedentes de_arriba arriba antes',
    instructionNouns:
      'instrucción instrucciones indicación indicaciones orden órdenes regla reglas directriz directrices prompt normas pautas instrucciones_previas restricciones',
    ownWords: 'tus sus',
    allWords: 'todas todos',
    everythingWords: 'todo',
    everythingFillers: 'lo que te se le han he ha dicho dijeron digo dije está escrito',
    clauseOpeners: 'y luego ahora pero e',
    toldWords: 'dicho dijeron digo sabes',
    systemPrompts: 'prompt_del_sistema prompt_de_sistema',
  },
  {
    language: 'portuguese',
    ignoreVerbs:
      'ignore ignora ignorem ignorar esqueça esquece esqueçam esquecer desconsidere desconsiderar desconsidera não_siga não_sigas desobedeça',
    fillerWords:
      'todas todos tudo toda as os a o de das dos suas tuas minhas que te dei foram dadas e quaisquer você recebeu lhe deram foi',
    previousWords: 'anterior anteriores prévia prévias precedentes acima antes',
    instructionNouns:
      'instrução instruções orientação orientações ordem ordens regra regras diretriz diretrizes comandos prompt restrições normas',
    ownWords: 'suas tuas seus',
    allWords: 'todas todos',
    everythingWords: 'tudo',
    everythingFillers: 'o que lhe te foi dito disseram eu você disse está escrito',
    clauseOpeners: 'e agora depois mas',
    toldWords: 'dito disse sabe',
    systemPrompts: 'prompt_do_sistema prompt_de_sistema',
  },
  {
    language: 'italian',
    ignoreVerbs:
      'ignora ignorate ignori ignorare dimentica dimenticate dimenticare trascura non_considerare non_seguire disobbedisci tralascia non_tenere_conto scorda scordati',
    fillerWords:
      'tutte tutti tutto le gli i la il di delle tue vostre mie che ti ho dato e qualsiasi hai ricevuto state',
    previousWords: 'precedente precedenti anteriore anteriori di_cui_sopra sopra prima',
    instructionNouns:
      'istruzione istruzioni indicazione indicazioni direttiva direttive regola regole ordini comandi prompt linee_guida restrizioni',
    ownWords: 'tue vostre',
    allWords: 'tutte tutti',
    everythingWords: 'tutto quanto',
    everythingFillers: 'ciò quello che ti è vi stato detto hanno ho scritto',
    clauseOpeners: 'e poi ora ma',
    toldWords: 'detto sai',
    systemPrompts: 'prompt_di_sistema',
  },
  {
    language: 'dutch',
    ignoreVerbs: 'negeer vergeet negeert vergeet_alle sla_over houd_geen_rekening_met',
    trailingIgnoreVerbs: 'negeren vergeten',
    fillerWords: 'alle alles de het die je jouw uw mijn van',
    previousWords: 'vorige voorgaande eerdere bovenstaande hierboven',
    instructionNouns:
      'instructie instructies aanwijzing aanwijzingen opdrachten regels prompt richtlijnen opdracht',
    ownWords: 'je jouw uw',
    allWords: 'alle',
    clauseOpeners: 'en dan nu maar',
    everythingWords: 'alles',
    everythingFillers: 'wat je u is werd ik heb eerder tot_nu_toe',
    toldWords: 'gezegd verteld hierboven_staat erboven_staat',
  },
  {
    language: 'polish',
    ignoreVerbs: 'zignoruj ignoruj zapomnij pomiń zapomnijcie zignorujcie pomijaj nie_zwracaj_uwagi_na',
    fillerWords: 'wszystkie wszystkich wszelkie te tych swoje twoje moje o',
    previousWords:
      'poprzednie poprzednich wcześniejsze wcześniejszych powyższe powyższych dotychczasowe dotychczasowych poprzednią powyżej wcześniej',
    instructionNouns:
      'instrukcje instrukcji polecenia poleceń wytyczne wytycznych zasady zasad reguły instrukcjach poleceniach zasadach',
    ownWords: 'swoje twoje swoich',
    allWords: 'wszystkie wszystkich',
    clauseOpeners: 'i oraz teraz ale',
    everythingWords: 'wszystko wszystkim',
    everythingFillers: 'co o zostało napisano było',
  },
  {
    language: 'russian',
    ignoreVerbs:
      'игнорируй игнорируйте проигнорируй проигнорируйте игнорировать забудь забудьте забыть отбрось не_обращай_внимания_на не_следуй не_учитывай пренебрегай отбросьте не_соблюдай не_следуйте не_выполняй не_выполняйте',
    trailingIgnoreVerbs: 'игнорируй игнорируйте проигнорируй проигнорируйте забудь забудьте',
    fillerWords:
      'все всё всех эти этих твои свои мои о об про данные тебе мной любые и что были даны тебе_дали полученные',
    previousWords:
      'предыдущие предыдущих прежние прежних предшествующие предшествующих прошлые вышеуказанные вышеприведенные выше ранее предыдущим',
    instructionNouns:
      'инструкции инструкций указания указаний команды команд правила правил приказы директивы промпты промпт инструкциям правилам ограничения инструкциях правилах указаниях командах',
    ownWords: 'твои свои ваши',
    allWords: 'все всех',
    everythingWords: 'все всё',
    everythingFillers: 'что тебе вам я говорили сказали сказал было сказано написано',
    clauseOpeners: 'и теперь затем а',
    toldWords: 'раньше прежде говорили сказали сказано знаешь',
    systemPrompts: 'системный_промпт системные_инструкции',
  },
  {
    language: 'turkish',
    trailingIgnoreVerbs:
      'yok_say yoksay yok_sayın yoksayın görmezden_gel görmezden_gelin dikkate_alma unut unutun yok_sayarak görmezden_gelerek dikkate_almayın göz_ardı_et göz_ardı_edin boş_ver',
    fillerWords: 'tüm bütün her verilen sana ve hepsini tamamını',
    previousWords: 'önceki daha_önceki yukarıdaki evvelki yukarıda_yazılan yukarıda_yazan',
    instructionNouns:
      'talimat talimatlar talimatları talimatlarını yönerge yönergeleri komutları kuralları talimatlarımı talimatların kuralların kuralları_da komutlar kurallar yönergeleri_de her_şeyi',
    allWords: 'tüm bütün',
  },
  {
    language: 'arabic',
    ignoreVerbs: 'تجاهل تجاهلي تجاهلوا انس انسى اهمل لا_تتبع لا_تتبعي لا_تتبعوا',
    fillerWords: 'جميع كل كافة من هذه تلك التي لك وكل قيلت',
    previousWords: 'السابقة السابق أعلاه المذكورة_أعلاه السالفة',
    instructionNouns: 'التعليمات تعليماتك تعليمات الأوامر أوامر التوجيهات القواعد الإرشادات',
    allWords: 'جميع كل كافة',
    clauseOpeners: 'و ثم',
    systemPrompts: 'تعليماتك قواعدك أوامرك',
    everythingWords: 'كل',
    everythingFillers: 'ما ذكر قيل ورد كتب جاء لك',
    toldWords: 'قيل_لك سابقا سبق تقدم سبق_من_تعليمات سبق_من_أوامر',
  },
  {
    language: 'hindi',
    trailingIgnoreVerbs:
      'अनदेखा_करें अनदेखा_करो अनदेखा_कर_दो अनदेखा_कर_दें अनदेखी_करें नज़रअंदाज़_करें नज़रअंदाज़_करो नज़रअंदाज़_कर_दो भूल_जाओ भूल_जाएं भूल_जाइए उपेक्षा_करें अवहेलना_करें अवहेलना_करो नजरअंदाज_करें नजरअंदाज_करो नजरअंदाज_कर_दो उपेक्षा_करो',
    fillerWords: 'सभी सब को की का के उन इन और पूरी_तरह',
    previousWords: 'पिछले पिछली पहले_के पहले_दिए_गए पूर्व उपरोक्त ऊपर_के ऊपर_दिए_गए ऊपर_लिखी ऊपर_लिखे',
    instructionNouns: 'निर्देश निर्देशों आदेश आदेशों नियम नियमों अनुदेशों हिदायतों सभी_बातें सब_कुछ',
    allWords: 'सभी सारे',
    ownWords: 'अपने अपनी',
  },
  {
    language: 'chinese',
    ignoreVerbs:
      '忽略 忽略掉 忽视 忽視 无视 無視 忘记 忘記 忘掉 不要理会 不要理會 不要遵守 不理会 不用管 略過 请忽略 抛弃 丢弃 無視掉 跳过',
    trailingIgnoreVerbs: '忽略 忽略掉 忽视 忽視 无视 無視 忘记 忘記 忘掉 抛弃',
    fillerWords:
      '所有 全部 一切 任何 的 你 您 我 那些 这些 這些 给 給 出 全 都 请 請 系统 系統 了 过 收到 设定 預設 说 說 写 寫',
    previousWords: '之前 以前 先前 前面 上面 以上 上述 此前 早先 原先',
    instructionNouns: '指令 指示 提示 提示词 規則 规则 说明 說明 命令 指引 要求 设定 設定 约束 限制',
    ownWords: '你的 您的',
    allWords: '所有 全部 一切',
    clauseOpeners: '并 並 然后 然後 而 现在',
    systemPrompts: '系统提示 系统提示词 系統提示 系统指令',
    messageNouns: '话 對話 对话 内容 內容 一切',
  },
  {
    language: 'japanese',
    trailingIgnoreVerbs:
      '無視して 無視せよ 無視しろ 無視すること 無視しなさい 忘れて 忘れろ 忘れなさい 従わないで',
    fillerWords: 'の すべて 全て 全部 を は に あらゆる 与えられた された',
    previousWords: '以前 これまで それまで 前 上記 先ほど 今まで 上 以上 従来 前述 先の',
    instructionNouns:
      '指示 命令 指令 プロンプト ルール 規則 説明 インストラクション 制約 ガイドライン に書かれたこと に書いたこと に書かれた内容',
    allWords: 'すべて 全て 全部 あらゆる',
    systemPrompts: 'システムプロンプト システム指示',
    ownWords: 'あなたの 君の 自分の',
  },
  {
    language: 'korean',
    trailingIgnoreVerbs:
      '무시하고 무시하세요 무시해 무시하라 무시하십시오 무시하시오 잊어 잊으세요 잊고 무시해라 무시한다 무시해주세요 잊어라 잊어버려',
    fillerWords: '모든 의 을 를 은 는 전부 모두 다 주어진 에 내린 받은 적힌 쓰인',
    previousWords: '이전 앞선 앞의 위의 위 지금까지 기존 상기',
    instructionNouns: '지시 지시사항 명령 명령어 지침 규칙 프롬프트 안내 모든_것',
    allWords: '모든 모두',
    systemPrompts: '시스템_프롬프트 시스템_지시',
    ownWords: '너의 당신의 네',
  },
  {
    language: 'vietnamese',
    ignoreVerbs: 'bỏ_qua hãy_quên quên phớt_lờ',
    fillerWords: 'tất_cả mọi những các đi của bạn ở',
    previousWords: 'trước trước_đó trước_đây bên_trên ở_trên phía_trên',
    instructionNouns: 'hướng_dẫn chỉ_dẫn chỉ_thị lệnh quy_tắc',
  },
  {
    language: 'indonesian',
    ignoreVerbs: 'abaikan lupakan',
    fillerWords: 'semua segala seluruh yang di anda kamu dari',
    previousWords: 'sebelumnya terdahulu atas tadi',
    instructionNouns: 'instruksi perintah arahan petunjuk aturan',
  },
  {
    language: 'thai',
    ignoreVerbs: 'ละเว้น เพิกเฉยต่อ เพิกเฉย ลืม ไม่ต้องสนใจ',
    fillerWords: 'ทั้งหมด ทุก ของ คุณ ที่ ให้ไว้ ได้รับ',
    previousWords: 'ก่อนหน้า ก่อนหน้านี้ ข้างต้น ที่ผ่านมา',
    instructionNouns: 'คำสั่ง คำแนะนำ กฎ',
  },
];
