import { retrievalLanguages } from '#settings';
import { analyseQuestion } from './analyse-question.js';
import { analyseText } from './analyse-text.js';
import { languageCodes } from './languages.js';
import { recogniseLanguage } from './recognise-language.js';

/** True if the question has a word of the document, analysed as the product does. */
function finds(document: string, question: string): boolean {
  const language = recogniseLanguage(document);
  const { lexemes } = analyseText(document, language);
  const { terms } = analyseQuestion(question, { language: 'auto', corpusLanguages: [language] });
  return terms.some((term) => term.some((lexeme) => lexemes.includes(lexeme)));
}

/** Documents with questions that find them; after a bar, questions that do not. */
const cases: Readonly<Record<string, readonly [document: string, questions: string, others?: string][]>> = {
  'forms of words': [
    ['Der Vertrag endet am Monatsende.', 'Verträge;Vertrages;Vertraege;vertrage', 'die;der am'],
    [
      'Mieter haben Kündigungsfristen von drei Monaten einzuhalten.',
      'Kündigungsfrist;Kuendigungsfrist;KÜNDIGUNGSFRIST;Monat',
    ],
    ['The tenant terminates the contract.', 'termination;contracts;Tenants', 'the'],
    ['Le remboursement est versé sous quatorze jours.', 'remboursements;verse;jour', 'le est'],
    ['El contrato termina a fin de mes.', 'contratos;¿Contrato?', 'el de'],
    ['Договор заканчивается в конце месяца.', 'договора;месяц', 'в'],
    ['Ёлка стоит у дома.', 'елка'],
    ['ينتهي العقد في نهاية الشهر.', 'عقد;الشهر'],
    ['Το συμβόλαιο λήγει στο τέλος του μήνα.', 'συμβόλαια;συμβολαιο'],
    ['Sözleşme ay sonunda biter.', 'sözleşmeler;SÖZLEŞME;sozlesme'],
    ['किताबें मेज़ पर हैं।', 'किताब'],
    ['Umowa kończy się z końcem miesiąca.', 'miesiącami;umowa'],
    ['Hợp đồng kết thúc vào cuối tháng.', 'hợp đồng;hop dong'],
  ],
  'scripts without spaces': [
    ['退款政策：十四天内可以退款。', '退款;退款政策;怎么退款？;十四天'],
    ['返品は十四日以内にできます。', '返品;返品できますか'],
    ['クレジットカードで支払えます。', 'カード;クレジット'],
    ['환불은 14일 이내에 가능합니다.', '환불;환불을'],
    ['คืนเงินได้ภายในสิบสี่วัน', 'คืนเงิน;สิบสี่วัน'],
    ['ສາມາດຄືນເງິນໄດ້ພາຍໃນສິບສີ່ມື້', 'ຄືນເງິນ'],
    ['អ្នកអាចសងប្រាក់វិញបាន', 'ប្រាក់'],
    ['ငွေပြန်အမ်းနိုင်သည်', 'ငွေ'],
  ],
  'forms of characters': [
    ['Die K\u0075\u0308ndigung ist schriftlich.', 'K\u00fcndigung;kundigung'],
    ['Die Auf\u00adhebung wirkt sofort.', 'Aufhebung'],
    ['The café opens at nine.', 'cafe;CAFÉ;cafés'],
    ['Die Straße ist gesperrt.', 'Strasse;STRASSE;straße'],
    ['The ﬁle is ｆｕｌｌ.', 'file;full'],
    ['رقم الطلب ٤٧١١', '4711'],
    ['Zero\u200bwidth and termi-\nnation and well-\nknown', 'zerowidth;termination;well-known;wellknown'],
  ],
  identifiers: [
    ['Part WX-4711 is out of stock', '4711;WX-4711;wx4711;WX4711', '471'],
    ['Part AB12345C is sold', '12345;ab12345c'],
    ['The TCP/IP stack and read/write locks', 'TCP;ip;TCP/IP;write;read/write'],
    ['Write to billing@example.com today', 'billing;example.com;billing@example.com;example'],
    ['Edit /etc/nginx/nginx.conf please', 'nginx.conf;/etc/nginx/nginx.conf;nginx;conf'],
    ['Copy C:\\Users\\Public\\report_2024.xlsx', 'report;2024;xlsx;report_2024.xlsx'],
    ['Release v2.14.3 fixes it', '2.14.3;v2.14.3', '4.3.2'],
    ['Install linux-6.1.2-amd64.deb', '6.1.2;amd64;linux'],
    ['Return a List<String> or Map<String, Integer>', 'List;String;List<String>;Map'],
    ['Written in C++, C# and F# on .NET and ASP.NET', 'C++;c#;.net;asp.net;F#', 'D'],
    ['Call getUserName or set_user_id', 'user;getusername;get_user_name;userName;id'],
    ['See https://docs.example.org/setup?lang=en', 'docs.example.org;setup'],
    ["The company's terms, O'Brien and l'avion", "company;obrien;O'Brien;avion;terms"],
    ['Contact AT&T or R2-D2', 'AT&T;r2d2'],
    ['It is well-known and state-of-the-art', 'well-known;wellknown;known;art'],
  ],
  numbers: [
    ['Fee: 1,500.00 EUR', '1500;1,500;1.500,00;1500.00;1’500', '150;500'],
    ['Betrag: 1.500,00 EUR', '1500;1,500.00'],
    ['Montant : 1\u00a0500\u00a0000 EUR', '1500000;1,500,000'],
    ['The rate is 3.14 or 2,5 percent', '3.14;3,14;2.5'],
    ['Due on 2026-11-29', '2026-11-29;2026;20261129'],
    ['Host 192.168.1.20', '192.168.1.20'],
  ],
};

describe.each(Object.entries(cases))('the analyser finds %s', (_kind, documents) => {
  it.each(documents.map(([document, questions, others = '']) => [document, questions, others] as const))(
    '%j',
    (document, questions, others) => {
      const missed = questions.split(';').filter((question) => !finds(document, question));
      const wrong = others.split(';').filter((question) => finds(document, question));
      expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
    },
  );
});

describe('analyseText', () => {
  it('counts each word once for each occurrence, and a title with it', () => {
    expect(analyseText('The refunds. A refund!', 'en')).toEqual({
      lexemes: ['refund'],
      frequencies: [2],
      length: 2,
    });
  });

  it('cuts a word that is longer than any word, so that an index can hold it', () => {
    const { lexemes } = analyseText(`${'x'.repeat(5_000)} ${'9'.repeat(5_000)} ${'😀x'.repeat(3_000)}`, 'en');
    expect(lexemes.every(({ length }) => length <= 64)).toBe(true);
    expect(lexemes.every((lexeme) => lexeme.isWellFormed())).toBe(true);
  });

  it.each([
    ['letters', 'a'],
    ['hyphens', 'a-'],
    ['marks', '-.'],
    ['only hyphens', '-'],
    ['digits with marks', '1,'],
    ['zero-width spaces', '\u200b'],
    ['combining marks', '\u0301'],
    ['upper and lower case', 'aB'],
    ['Thai letters', 'ก'],
    ['ideographs', '款'],
    ['line ends', 'a-\n'],
    ['apostrophes', "a'"],
  ])('ends for a long text of %s, since its time grows with the length only', (_kind, unit) => {
    const { lexemes, length } = analyseText(`${unit.repeat(200_000)} refund`, 'en');
    expect([lexemes.includes('refund'), length > 0]).toEqual([true, true]);
  });
});

describe('analyseQuestion', () => {
  it('has the stems of every language of the documents, whatever the question looks like', () => {
    const { terms } = analyseQuestion('organisation', {
      language: 'auto',
      corpusLanguages: ['de', 'en', 'ru'],
    });
    expect(terms).toEqual([['organis', 'organisation']]);
  });

  it('finds a word in another script than that of the document, whatever else the tenant has', () => {
    const { lexemes } = analyseText('退款政策：customers 可以退款。', 'zh');
    for (const corpusLanguages of [['zh'], ['en', 'zh'], ['zh', 'ru', 'de']]) {
      const { terms } = analyseQuestion('customer', { language: 'auto', corpusLanguages });
      expect(terms.some((term) => term.some((lexeme) => lexemes.includes(lexeme)))).toBe(true);
    }
  });

  it('drops the stop words of its own language only', () => {
    const context = { language: 'auto', corpusLanguages: ['de', 'en'] } as const;
    expect(analyseQuestion('Wer macht die Vertretung und wie?', context).terms.flat()).not.toContain('die');
    expect(analyseQuestion('the die is cast in the form', context).terms.flat()).toContain('die');
  });

  it('takes a named language although the documents look like another one', () => {
    const { terms } = analyseQuestion('die cast', { language: 'de', corpusLanguages: ['en'] });
    expect(terms.flat()).not.toContain('die');
  });

  it.each([
    ['Wer kündigt den Vertrag?', ['de', 'en'], 'de'],
    ['Who terminates the contract?', ['de', 'en'], 'en'],
    ['contract', ['de', 'en'], null],
    ['contract', ['en'], 'en'],
    ['Vertrag', ['de'], 'de'],
    ['退款', ['en', 'zh'], 'zh'],
    ['Кто?', ['en'], 'ru'],
    ['4711', ['en'], null],
  ])('recognises the language of %j among %j', (question, corpusLanguages, language) => {
    expect(analyseQuestion(question, { language: 'auto', corpusLanguages }).language).toBe(language);
  });

  it('has no term without a word', () => {
    for (const question of ['', ' ', '?!', '\0', '\ud800'])
      expect(analyseQuestion(question, { language: 'auto', corpusLanguages: ['en'] }).terms).toEqual([]);
  });
});

describe('recogniseLanguage', () => {
  it.each([
    ['The rent is due on the first day of each month.', 'en'],
    ['Invoice 4711', 'en'],
    ['Der Vertrag endet am Monatsende.', 'de'],
    ['Le contrat se termine à la fin du mois.', 'fr'],
    ['El contrato termina a fin de mes.', 'es'],
    ['O contrato termina no fim do mês e não se renova.', 'pt'],
    ['Il contratto termina alla fine del mese.', 'it'],
    ['Het contract eindigt aan het einde van de maand.', 'nl'],
    ['Avtalet upphör i slutet av månaden.', 'sv'],
    ['Umowa kończy się z końcem miesiąca.', 'other'],
    ['Договор заканчивается в конце месяца и не продлевается.', 'ru'],
    ['Договір закінчується в кінці місяця.', 'uk'],
    ['Ο χρόνος', 'el'],
    ['ينتهي العقد', 'ar'],
    ['قرارداد در پایان ماه تمام می‌شود.', 'other'],
    ['退款政策', 'zh'],
    ['返品は十四日以内にできます。', 'ja'],
    ['환불', 'ko'],
    ['คืนเงิน', 'th'],
    ['Sözleşme ay sonunda biter ve yenilenmez.', 'tr'],
    ['Hợp đồng kết thúc vào cuối tháng.', 'vi'],
    ['अनुबंध महीने के अंत में समाप्त होता है।', 'hi'],
    ['', 'en'],
  ])('recognises the language of %j', (text, language) => {
    expect(recogniseLanguage(text)).toBe(language);
  });
});

describe('languageCodes', () => {
  it('the analyser has the languages of the setting retrieval_language', () => {
    expect(languageCodes).toEqual(retrievalLanguages);
  });
});
