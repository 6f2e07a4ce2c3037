import type { PhraseLanguage } from './context-words.js';
import type { TextSpan } from '../fold-text.js';
import type { LetterSequence } from '../letter-sequence.js';
import { sentenceStart, sentenceStop } from './sentence-bounds.js';
import { type WordsByFirstLetter, containsWord, findWordEnds, parseWords } from '../word-list.js';

/** The words of "the court may disregard earlier instructions" in one language (`_` joins the words of one expression). */
interface SubjectWords {
  /** People and institutions that are never the model. */
  readonly subjects: string;
  /** "may", between the subject and the phrase. */
  readonly modals?: string;
  /** "may" right after the phrase, in languages whose verb comes last. */
  readonly modalsAfter?: string;
  /** From the subject on, they show that the model or its prompt is meant. */
  readonly modelWords: string;
  /** They make the subject a role of the model: "you are the judge". */
  readonly rolePlayWords: string;
}

const subjectWords: Partial<Record<PhraseLanguage, SubjectWords>> = {
  english: {
    subjects:
      'court courts judge judges jury juries juror jurors tribunal tribunals arbitrator arbitrators arbiter referee umpire magistrate justice lawyer lawyers attorney prosecutor defendant plaintiff claimant witness witnesses party parties board committee council parliament legislature minister ministry government agency authority authorities regulator trustee trustees beneficiary executor administrator liquidator creditor creditors debtor shareholder shareholders director directors company companies firm employer employers employee employees worker workers contractor supplier suppliers buyer buyers seller sellers vendor landlord tenant tenants lessee lessor owner owners bank banks broker brokers insurer insurers carrier driver drivers pilot pilots captain crew sailor soldier soldiers officer officers police nurse nurses doctor doctors physician surgeon patient patients pharmacist teacher teachers student students pupil pupils player players team teams coach athlete operator technician engineer engineers member members citizen citizens taxpayer applicant candidate child children parent parents',
    modals:
      'may can could might must shall will should would cannot entitled free allowed permitted able obliged required often sometimes usually rarely always frequently',
    modelWords:
      'you your yours yourself youre assistant model ai bot chatbot llm gpt claude system prompt prompts above i we my our',
    rolePlayWords: 'you_are youre play plays pretend imagine act as_a as_an as_the',
  },
  german: {
    subjects:
      'richter richterin gericht gerichte geschworenen schiedsrichter anwalt behörde behörden minister vorstand aufsichtsrat ausschuss arbeitgeber arbeitnehmer mitarbeiter mieter vermieter käufer verkäufer bank versicherer fahrer pilot arzt ärztin patient pflegekraft lehrer schüler spieler treuhänder',
    modals: 'kann können darf dürfen muss müssen soll sollen könnte dürfte wird',
    modelWords:
      'du dich dir dein deine deinen sie_sind ihre assistent modell ki bot system prompt oben obige obigen ich wir',
    rolePlayWords: 'du_bist sie_sind spiele als',
  },
  french: {
    subjects:
      'juge juges tribunal tribunaux cour jury jurés arbitre avocat ministre autorité conseil comité employeur salarié locataire bailleur acheteur vendeur banque assureur conducteur pilote médecin patient infirmière élève joueur',
    modals: 'peut peuvent doit doivent pourrait pourra devra',
    modelWords:
      'tu toi tes ton ta vous vos votre assistant modèle ia bot système prompt invite dessus haut je nous',
    rolePlayWords: 'tu_es vous_êtes joue jouez comme en_tant_que',
  },
  spanish: {
    subjects:
      'juez jueza jueces tribunal tribunales corte jurado árbitro abogado ministro autoridad consejo comité empleador empleado trabajador inquilino arrendador comprador vendedor banco aseguradora conductor piloto médico paciente alumno jugador',
    modals: 'puede pueden debe deben podría podrá deberá',
    modelWords: 'tú tu tus ti usted eres sus asistente modelo ia bot sistema prompt arriba yo nosotros',
    rolePlayWords: 'eres actúa actúe como',
  },
  portuguese: {
    subjects:
      'juiz juíza juízes tribunal tribunais corte júri árbitro advogado ministro autoridade conselho comitê empregador empregado trabalhador inquilino senhorio comprador vendedor banco seguradora motorista piloto médico paciente aluno jogador',
    modals: 'pode podem deve devem poderia poderá deverá',
    modelWords: 'tu teu tua tuas você vocês suas seus assistente modelo ia bot sistema prompt acima eu nós',
    rolePlayWords: 'você_é és aja atue como',
  },
  italian: {
    subjects:
      'giudice giudici tribunale tribunali corte giuria arbitro avvocato ministro autorità consiglio comitato datore dipendente lavoratore inquilino locatore acquirente venditore banca assicuratore conducente pilota medico paziente alunno giocatore',
    modals: 'può possono deve devono potrebbe potrà dovrà',
    modelWords: 'tu tue tuoi ti vostre assistente modello ia bot sistema prompt sopra io noi',
    rolePlayWords: 'sei agisci come',
  },
  dutch: {
    subjects:
      'rechter rechters rechtbank jury arbiter advocaat minister bestuur commissie werkgever werknemer huurder verhuurder koper verkoper bank verzekeraar bestuurder piloot arts patiënt leerling speler',
    modals: 'mag mogen kan kunnen moet moeten zal',
    modelWords: 'je jij jouw u uw assistent model ai bot systeem prompt bovenstaande hierboven ik wij',
    rolePlayWords: 'je_bent u_bent speel als',
  },
  polish: {
    subjects:
      'sędzia sąd sądy ława arbiter adwokat minister zarząd komisja pracodawca pracownik najemca kupujący sprzedawca bank kierowca pilot lekarz pacjent uczeń gracz',
    modals: 'może mogą musi muszą powinien',
    modelWords: 'ty twoje swoje asystent model ai bot system prompt powyższe powyższych powyżej ja',
    rolePlayWords: 'jesteś udawaj jako',
  },
  russian: {
    subjects:
      'суд суды судья судьи присяжные арбитр адвокат министр совет комиссия работодатель работник арендатор покупатель продавец банк водитель пилот врач пациент ученик игрок',
    modals: 'может могут вправе должен обязан',
    modelWords: 'ты вы твои свои ваши ассистент модель ии бот система промпт выше вышеуказанные я мы',
    rolePlayWords: 'ты вы представь как',
  },
  arabic: {
    subjects: 'القاضي للقاضي المحكمة للمحكمة هيئة_المحلفين المحامي الوزير البنك الموظف المستأجر الطبيب',
    modals: 'يمكن يجوز قد يستطيع',
    modelWords: 'أنت تعليماتك المساعد النموذج النظام أعلاه أنا',
    rolePlayWords: 'أنت تظاهر بصفتك',
  },
  hindi: {
    subjects: 'न्यायाधीश न्यायालय अदालत जूरी वकील मंत्री बैंक कर्मचारी किरायेदार डॉक्टर',
    modalsAfter: 'सकता सकती सकते',
    modelWords: 'तुम आप अपने अपनी सहायक मॉडल सिस्टम ऊपर उपरोक्त',
    rolePlayWords: 'आप तुम',
  },
  chinese: {
    subjects:
      '法官 法院 陪审团 陪審團 仲裁员 律师 部长 委员会 雇主 员工 租户 房东 买方 卖方 银行 司机 医生 患者 学生',
    modals: '可以 可 能 能够 应 必须 會 会 有权',
    modelWords: '你 您 助手 模型 系统 系統 提示词 提示 上面 以上 上述 我',
    rolePlayWords: '你是 您是 扮演 作为',
  },
  japanese: {
    subjects:
      '裁判官 裁判所 陪審 陪審員 仲裁人 弁護士 大臣 委員会 雇用主 従業員 借主 貸主 銀行 運転者 医師 患者 学生',
    modalsAfter: 'ができる ができます ができない もできる',
    modelWords: 'あなた 君 自分 アシスタント モデル システム プロンプト 上記 私',
    rolePlayWords: 'あなたは として',
  },
};

interface ParsedSubjectWords {
  readonly subjects: WordsByFirstLetter;
  readonly modals: WordsByFirstLetter;
  readonly modalsAfter: WordsByFirstLetter;
  readonly modelWords: WordsByFirstLetter;
  readonly rolePlayWords: WordsByFirstLetter;
}

const parsedWords = new Map(
  Object.entries(subjectWords).map(([language, words]) => [language, parseSubjectWords(words)]),
);
const clauseEnd = /[.,;:!?()"\n]| - /;
/** After them comes another verb: "the court may wait, and ignore the rules". */
const conjunctions = parseWords('and but then so und et y e en i и а 并 并且 然后');
/** In letters. */
const maxModalDistance = 12;

/** What people and institutions may do is no order to the model: "a judge may disregard the instructions given to the jury". */
export function isDoneByOthers(
  letters: LetterSequence,
  { from, to }: TextSpan,
  language: PhraseLanguage,
): boolean {
  const words = parsedWords.get(language);
  if (words === undefined) return false;
  const subject = findLastWord(words.subjects, letters, {
    from: sentenceStart(letters, from, clauseEnd),
    to: from,
  });
  if (subject === undefined) return false;
  const afterPhrase = Math.min(letters.text.length, to + maxModalDistance);
  return (
    (containsWord(words.modals, letters, subject.to, from) ||
      containsWord(words.modalsAfter, letters, to, afterPhrase)) &&
    !containsWord(conjunctions, letters, subject.to, from) &&
    !containsWord(words.modelWords, letters, subject.to, sentenceStop(letters, to)) &&
    !containsWord(words.rolePlayWords, letters, sentenceStart(letters, from), subject.from)
  );
}

function findLastWord(
  words: WordsByFirstLetter,
  letters: LetterSequence,
  { from, to }: TextSpan,
): TextSpan | undefined {
  for (let at = to - 1; at >= from; at--) {
    if (!letters.beginsWord(at)) continue;
    const end = findWordEnds(words, letters, at).findLast((place) => place <= to && letters.endsWord(place));
    if (end !== undefined) return { from: at, to: end };
  }
  return undefined;
}

function parseSubjectWords(words: SubjectWords): ParsedSubjectWords {
  return {
    subjects: parseWords(words.subjects),
    modals: parseWords(words.modals),
    modalsAfter: parseWords(words.modalsAfter),
    modelWords: parseWords(words.modelWords),
    rolePlayWords: parseWords(words.rolePlayWords),
  };
}
