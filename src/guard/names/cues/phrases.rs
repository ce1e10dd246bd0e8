//! The phrases of each cue, in some twenty languages, lower-case, separated by bars.
//!
//! In: nothing. Out: a table. Phrases of scripts with spaces count as whole words only.

use super::Cues;

pub const ALL: &[(Cues, &str)] = &[
    (
        Cues::INTRO,
        "my name is|my name's|my names|name is|name's|my full name is|my real name is|full name is|call me|you can call me|people call me|they call me\
        |goes by|go by|i go by|is called|was called|is named|was named|named|called|a man named|known as|addressed to|speaking with\
        |ich heiße|ich heisse|mein name ist|mein name lautet|heißt|namens|man nennt mich|nenn mich|nennen sie mich\
        |je m'appelle|je me nomme|mon nom est|moi c'est|moi, c'est|s'appelle|appelez-moi|appelle-moi|mon prénom est|nommé|nommée\
        |me llamo|mi nombre es|se llama|llámame|llamado|llamada|mi nombre completo es\
        |mi chiamo|il mio nome è|si chiama|chiamami|di nome\
        |meu nome é|me chamo|chamo-me|o meu nome é|se chama|chama-se|pode me chamar de|chamado|chamada|meu nome completo é\
        |ik heet|mijn naam is|heet|noem me|genaamd|mijn naam luidt\
        |nazywam się|mam na imię|na imię mi|nazywa się|ma na imię|moje imię to|o imieniu\
        |меня зовут|моё имя|мое имя|зовут|его зовут|её зовут|по имени|моя фамилия|фамилия|мене звати|звати\
        |benim adım|adım|ismim|adı|adım soyadım\
        |jag heter|mitt namn är|heter|jeg hedder|jeg heter|mit navn er|navnet mitt er|nimeni on|minun nimeni on|kutsu minua|jmenuji se|mé jméno je\
        |mă numesc|numele meu este|a nevem|με λένε|ονομάζομαι|nama saya|tên tôi là|tên là\
        |קוראים לי|שמי|השם שלי הוא|השם שלי|שמו|שמה|קוראים לו|קוראים לה|اسمي|اسمي هو|أدعى|मेरा नाम\
        |私の名前は|名前は|我叫|我的名字是|我的名字叫|名字是|名叫|叫做|我姓|제 이름은|이름은|내 이름은|성함은|氏名は",
    ),
    (
        Cues::MAYBE_INTRO,
        "i'm|i am|im|this is|it's|its|it is|here is|hi i'm|hello from|ich bin|hier ist|hier spricht|das ist|je suis|c'est|ici|soy|sono|sou|aqui é|aquí|eu sou|o meu é\
        |ik ben|met|dit is|je spreekt met|jestem|z tej strony|tu|я|это|ben|ben de|jag är|det är|jeg er|olen|sunt|jsem|είμαι\
        |אני|זה|זאת|أنا|我是|這是|这是|저는|나는|제가|私は|僕は|俺は|わたしは",
    ),
    (
        Cues::LABEL,
        "name|full name|fullname|full_name|first name|firstname|first_name|last name|lastname|last_name|given name|given_name|surname|family name|maiden name|customer name\
        |patient name|contact name|account name|account holder|card holder|cardholder|cardholder name|name on card|display name|display_name|displayname|legal name|username real\
        |author|authors|owner|assignee|reporter|reviewer|approver|approved by|reviewed by|prepared by|submitted by|created by|signed by|signed|assigned to|requested by|attendees|attendee|participants|present\
        |from|to|cc|bcc|attn|attention|sender|recipient|beneficiary|payee|patient|client|customer|employee|student|tenant|landlord|applicant|candidate|guardian|parent|spouse|host|guest|guests|contact|emergency contact\
        |next of kin|manager|supervisor|doctor|physician|provider|teacher|instructor|witness|insured|policy holder|policyholder|borrower|buyer|seller|agent|driver|caller|speaker|interviewer|interviewee|user|member|who|contact person\
        |vorname|nachname|familienname|vor- und nachname|absender|empfänger|ansprechpartner|patientin|mieter|kunde|kundin|kontoinhaber|verfasser|autor|betreuer|unterschrift|teilnehmer|bearbeiter\
        |nom|prénom|nom complet|nom et prénom|nom de famille|destinataire|expéditeur|auteur|titulaire|bénéficiaire|signataire\
        |nombre|nombre completo|nombre y apellidos|apellido|apellidos|remitente|destinatario|titular|autora|paciente|cliente|firmado\
        |nome|nome completo|nome e cognome|cognome|sobrenome|mittente|beneficiario|paziente|autore|remetente|destinatário|beneficiário|titolare\
        |naam|volledige naam|voornaam|achternaam|afzender|ontvanger|patiënt|klant|contactpersoon|imię i nazwisko|imię|nazwisko|nadawca|odbiorca|pacjent|klient|właściciel\
        |имя|фамилия|фио|ф.и.о.|отправитель|получатель|пациент|клиент|контакт|владелец|автор|отчество|ім'я|прізвище\
        |ad|ad soyad|adı soyadı|isim|soyad|soyadı|alıcı|gönderen|hasta|müşteri|namn|förnamn|efternamn|fullständigt namn|avsändare|mottagare|kontaktperson|navn|fornavn|etternavn|nimi|jméno|příjmení\
        |שם|שם מלא|שם פרטי|שם משפחה|נמען|שולח|לכבוד|مرسل|الاسم\
        |氏名|お名前|名前|担当者|担当|宛先|送り先|患者|収件人|收件人|姓名|名字|联系人|寄件人|患者姓名|客户|이름|성명|받는 사람|보내는 사람|환자|고객|담당자|연락처",
    ),
    (
        Cues::TITLE,
        "mr|mrs|ms|mx|miss|mister|dr|prof|professor|sir|lady|lord|madam|rev|reverend|fr|father|sister|brother|capt|captain|sgt|sergeant|lt|lieutenant|col|colonel|maj|officer|detective|judge|justice|senator|president|attorney|nurse|coach|uncle|aunt|auntie|aunty|grandma|grandpa|granny|nana\
        |herr|herrn|frau|fräulein|doktor|onkel|tante|oma|opa|hr|fr|m|mm|mme|mlle|monsieur|madame|mademoiselle|docteur|docteure|maître|tonton|tata\
        |señor|señora|señorita|sr|sra|srta|don|doña|doctora|doctor|dra|tío|tía|abuela|abuelo|profesor|profesora\
        |signor|signore|signora|signorina|sig|dott|dottor|dottore|dottoressa|avv|zio|zia|nonna|nonno|senhor|senhora|dona|doutor|doutora|vovó|vovô|tio|tia\
        |meneer|mevrouw|dhr|mevr|mw|oom|tante|pan|pani|pana|panem|panią|panu|panna|ciocia|wujek|dr\
        |господин|госпожа|господину|госпоже|г-н|г-жа|доктор|тётя|дядя|бабушка|пан|пані\
        |bay|bayan|sayın|herrn|fru|fröken|faster|moster|farbror|morbror|fru|tädi|rouva|herra|onkel|מר|גברת|גב|ד|דוד|דודה|סבא|סבתא|ד\"ר|גב'|פרופ'|السيد|السيدة|دكتور|الدكتور|श्री|श्रीमती|smt|shri|sri",
    ),
    (
        Cues::GREETING,
        "hi|hello|hey|heya|hiya|yo|dear|dearest|thanks|thank you|thank you so much|thanks so much|many thanks|cheers|good morning|good afternoon|good evening|good night|morning|welcome|welcome back|bye|goodbye|see you|take care|sorry|ok|okay|sure|of course|absolutely|certainly|got it|noted|great|perfect|please|yes|no|nice to meet you|pleased to meet you|great to meet you|lovely to meet you\
        |you're welcome|good to hear from you|good to see you|congratulations|congrats|congratulations to|happy birthday|happy birthday to|right you are|hope that helps|happy to help|good luck|well done|no problem|no worries|understood|alright|i'm sorry to hear that|love you|miss you|rest in peace|goodnight\
        |hallo|guten tag|guten morgen|guten abend|liebe|lieber|lieben|sehr geehrte|sehr geehrter|geehrte|danke|vielen dank|freut mich|gerne|klar|natürlich|tschüss|servus|moin|grüezi|willkommen|alles klar|bitte|entschuldigung|herzlichen glückwunsch|gern geschehen|verstanden\
        |bonjour|bonsoir|salut|coucou|cher|chère|merci|merci beaucoup|enchanté|enchantée|bien sûr|d'accord|félicitations|bienvenue|au revoir|désolé|avec plaisir|de rien|entendu\
        |hola|buenos días|buenas tardes|buenas noches|buenas|querido|querida|estimado|estimada|apreciado|gracias|muchas gracias|encantado|encantada|claro|por supuesto|felicidades|bienvenido|bienvenida|adiós|de nada|perdón|mucho gusto|perfecto|entendido|vale\
        |ciao|buongiorno|buonasera|salve|caro|cara|gentile|egregio|grazie|piacere|certo|certamente|auguri|benvenuto|benvenuta|arrivederci|prego|d'accordo|perfetto\
        |olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|querida|obrigado|obrigada|prazer|claro|parabéns|bem-vindo|bem-vinda|tchau|de nada|entendi|com certeza|muito prazer\
        |hoi|dag|goedemorgen|goedemiddag|goedenavond|beste|geachte|lieve|bedankt|dank je|dank u|dankjewel|leuk je te ontmoeten|aangenaam|natuurlijk|gefeliciteerd|welkom|graag gedaan|prima|tot ziens\
        |cześć|witaj|witam|dzień dobry|hej|drogi|droga|szanowny|szanowna|dziękuję|dzięki|miło cię poznać|miło mi|oczywiście|gratulacje|jasne|pozdrowienia\
        |привет|здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер|дорогой|дорогая|уважаемый|уважаемая|спасибо|приятно познакомиться|конечно|поздравляю|пожалуйста|рад знакомству|хорошо|вітаю|привіт|дякую\
        |merhaba|selam|günaydın|iyi günler|iyi akşamlar|sevgili|sayın|değerli|teşekkürler|teşekkür ederim|memnun oldum|tabii|tabii ki|elbette|tebrikler|hoş geldin|rica ederim|tamam\
        |hej|hejsan|tjena|god morgon|god kväll|kära|käre|bästa|tack|tack så mycket|trevligt att träffas|trevligt att träffa dig|självklart|naturligtvis|grattis|välkommen|absolut|varsågod|kjære|kære|takk|tak|hei|moi|kiitos|ahoj|dobrý den|děkuji|salut|bună|szia|kedves|γεια|γεια σου|αγαπητή|αγαπητέ\
        |שלום|היי|הי|יקר|יקרה|תודה|תודה רבה|נעים להכיר|בטח|כמובן|בוקר טוב|ערב טוב|מזל טוב|בבקשה|ברוך הבא|مرحبا|عزيزي|عزيزتي|شكرا|أهلا|السلام عليكم|नमस्ते|namaste|你好|您好|谢谢|谢谢你|好的|当然|亲爱的|尊敬的|嗨|早上好|안녕하세요|감사합니다|안녕|반갑습니다|こんにちは|ありがとう|はじめまして|拝啓|親愛なる",
    ),
    (
        Cues::CLOSING,
        "best regards|kind regards|warm regards|regards|warmest regards|sincerely|sincerely yours|yours sincerely|yours faithfully|yours truly|respectfully|best|best wishes|all the best|many thanks|thanks|thanks again|thank you|cheers|warmly|cordially|love|with love|lots of love|xoxo|hugs|take care|yours|signed|signed by\
        |mit freundlichen grüßen|mit freundlichen grüssen|freundliche grüße|viele grüße|liebe grüße|beste grüße|herzliche grüße|schöne grüße|hochachtungsvoll|gruß|grüße|lg|vg|mfg|deine|dein|eure|euer\
        |cordialement|bien cordialement|bien à vous|bien à toi|sincèrement|amicalement|salutations|respectueusement|bises|bisous|meilleures salutations|sincères salutations|à bientôt\
        |atentamente|saludos|un saludo|saludos cordiales|cordialmente|un abrazo|abrazos|besos|atte|sinceramente|le saluda\
        |cordiali saluti|distinti saluti|saluti|un saluto|cari saluti|un abbraccio|in fede|a presto\
        |atenciosamente|att|abraço|abraços|cumprimentos|com os melhores cumprimentos|beijos|respeitosamente|um abraço|grato|grata\
        |met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|hartelijke groet|hartelijke groeten|groet|groeten|groetjes|mvg|hoogachtend|liefs\
        |pozdrawiam|z poważaniem|z wyrazami szacunku|serdecznie pozdrawiam|pozdrowienia|serdeczności\
        |с уважением|с наилучшими пожеланиями|искренне ваш|искренне|всего доброго|ваш|твоя|твой|з повагою\
        |saygılarımla|saygılarla|sevgilerle|sevgiler|selamlar|hürmetlerimle|iyi çalışmalar|en iyi dileklerimle\
        |med vänliga hälsningar|vänliga hälsningar|hälsningar|mvh|med vennlig hilsen|med venlig hilsen|hilsen|ystävällisin terveisin|terveisin|s pozdravem\
        |בברכה|בכבוד רב|בתודה|שלך|תודה|敬具|よろしくお願いします|よろしくお願いいたします|此致敬礼|此致|敬礼|祝好|드림|올림|감사합니다",
    ),
    (
        Cues::RELATION,
        "sister|brother|mother|father|wife|husband|friend|friends|best friend|boyfriend|girlfriend|partner|fiancé|fiancée|fiance|boss|manager|supervisor|colleague|coworker|co-worker|teammate|classmate|roommate|flatmate|housemate|neighbor|neighbour|landlord|landlady|tenant|son|daughter|kid|kids|child|children|baby|twin|twins|uncle|aunt|cousin|nephew|niece|grandson|granddaughter|grandmother|grandfather|grandma|grandpa|mum|mom|dad|ex|ex-wife|ex-husband|stepson|stepdad|mentor|tutor|teacher|professor|doctor|therapist|dentist|nurse|lawyer|attorney|accountant|agent|assistant|secretary|intern|student|client|customer|patient|employee|candidate|applicant|recruiter|contractor|plumber|babysitter|nanny|guy|dude|lady|coach|pastor|author|writer|singer|actor|actress|artist|director|and her husband|and his wife|mother-in-law|father-in-law|sister-in-law|brother-in-law|godmother|bride|groom|owner|ceo|cto|cfo|founder|co-founder|victim|witness|suspect|patients|survivor|spouse\
        |schwester|bruder|mutter|vater|frau|mann|ehefrau|ehemann|freund|freundin|chef|chefin|kollege|kollegin|kollegen|nachbar|nachbarin|vermieter|vermieterin|sohn|tochter|onkel|tante|cousine|cousin|neffe|nichte|enkel|enkelin|oma|opa|mama|papa|ärztin|arzt|lehrer|lehrerin|anwalt|anwältin|therapeutin|kundin|kunde|mitbewohner|mitbewohnerin|partnerin|patientin|patient\
        |sœur|soeur|frère|mère|père|femme|mari|épouse|ami|amie|amis|copain|copine|patron|patronne|collègue|voisin|voisine|propriétaire|fils|fille|oncle|tante|neveu|nièce|grand-mère|grand-père|maman|papa|médecin|avocat|avocate|professeur|client|cliente|patiente|colocataire|cheffe\
        |hermana|hermano|madre|padre|esposa|esposo|mujer|marido|amiga|amigo|novia|novio|jefe|jefa|colega|compañero|compañera|vecino|vecina|casero|hijo|hija|tío|tía|primo|prima|sobrino|sobrina|abuela|abuelo|mamá|papá|médico|abogado|abogada|profesor|profesora|suegra|cuñado|cuñada|paciente\
        |sorella|fratello|mamma|papà|moglie|marito|amica|amico|fidanzata|fidanzato|ragazza|ragazzo|capo|collega|vicino|vicina|figlio|figlia|zio|zia|cugino|cugina|nipote|nonna|nonno|medico|avvocato|padrone di casa\
        |irmã|irmão|mãe|pai|marido|namorada|namorado|chefe|colega|vizinho|vizinha|filho|filha|primo|prima|sobrinho|sobrinha|avó|avô|médica|advogado|advogada|professora|professor|sogra|cunhado\
        |zus|zusje|broer|moeder|vader|vrouw|vriend|vriendin|baas|leidinggevende|buurman|buurvrouw|huisbaas|zoon|dochter|oom|neef|nicht|collega|arts|advocaat|leraar|man\
        |siostra|siostry|siostrze|brat|brata|bratu|matka|ojciec|żona|żony|mąż|męża|przyjaciel|przyjaciółka|przyjaciółki|kolega|koleżanka|koleżanki|szef|szefowa|sąsiad|sąsiadka|syn|syna|córka|córki|ciocia|wujek|kuzyn|kuzynka|lekarz|babcia|dziadek|znajomy|znajoma\
        |сестра|сестры|сестре|брат|брата|брату|мать|отец|мама|папа|жена|жены|жене|муж|мужа|мужу|друг|друга|подруга|подруги|подруге|начальник|начальница|коллега|коллеги|сосед|соседка|сын|сына|дочь|дочери|дядя|тётя|бабушка|врач|учитель|подругу\
        |kız kardeşim|kardeşim|abim|ablam|annem|babam|eşim|karım|kocam|arkadaşım|patronum|müdürüm|komşum|oğlum|kızım|kuzenim|amcam|teyzem|halam|dayım|doktorum|öğretmenim\
        |syster|bror|mamma|pappa|fru|man|make|vän|väninna|kompis|chef|kollega|granne|son|dotter|moster|faster|kusin|mormor|farmor|morfar|läkare|hyresvärd|søster|søn|ven|venn|sisko|veli|ystävä|sestra|bratr|přítel\
        |אחותי|אחי|אמא|אבא|אשתי|בעלי|חבר|חברה|חברתי|חברי|הבוס|הבוס שלי|המנהל|המנהלת|השכן|השכנה|בני|בתי|דודה|סבתא|הרופא|אח שלי|אחות שלי|أختي|أخي|صديقي|صديقتي|زوجتي|زوجي|友人の|同僚の|上司の|妹の|弟の|姉の|兄の|妻の|夫の|娘の|息子の|我的朋友|我朋友|我的同事|同事|我妹妹|我姐姐|我哥哥|我弟弟|我老板|我的老板|老板|我妻子|我丈夫|我儿子|我女儿|朋友|친구|동생|누나|언니|오빠|남편|아내|상사|동료",
    ),
    (
        Cues::DOING,
        "said|says|told|tells|asked|asks|wrote|writes|thinks|thought|called|calls|replied|replies|answered|mentioned|explained|suggested|wants|wanted|needs|lives|loves|hates|likes|works|worked|emailed|texted|sent|joined|left|agreed|disagreed|knows|knew|gave|died|passed away|married|who|whose|here|speaking|et al|and i|and me|was born|was hired|is my|was my|is our|is his|is her|is a friend|has been|feels|felt|promised|insisted|owes|owns|met|hasn't|won't|didn't|doesn't|isn't|wasn't|got|went|came|keeps|just|never|moved|bought|lost\
        |sagte|sagt|meint|meinte|schrieb|schreibt|hat|fragt|fragte|rief|wohnt|arbeitet|möchte|kommt|a dit|dit|a écrit|habite|travaille|veut|pense|a appelé|m'a|dijo|dice|escribió|vive|trabaja|quiere|piensa|llamó|ha detto|ha scritto|abita|lavora|vuole|disse|escreveu|mora|trabalha|quer|ligou|zei|zegt|schreef|woont|werkt|wil|belde|powiedział|powiedziała|mówi|napisał|napisała|mieszka|pracuje|chce|сказал|сказала|говорит|написал|написала|живёт|живет|работает|хочет|позвонил|позвонила|dedi|söyledi|yazdı|diyor|istiyor|aradı|sa|säger|skrev|bor|jobbar|vill|ringde|אמר|אמרה|כתב|כתבה|גר|גרה",
    ),
    (
        Cues::TOWARDS,
        "ask|asked|tell|told|met|meet|meeting|meeting with|call|called|calling|email|emailed|text|texted|message|messaged|contact|visit|visited|invite|invited|remind|thank|thanked|hire|hired|fired|married|dated|dating|knows|knew|help|helped|saw|sue|sued|with|and|by|for|from|to|about|between|written by|posted by|according to|behalf of|in the name of|interview with|conversation with|lunch with|dinner with|spoke with|spoke to|spoken to|talk to|talked to|talked with|lives with|works with|working with|sent to|letter to|letter for|letter from|note to|reply to|email to|email from|message from|message to|call from|report for|card for|gift for|poem for|poem about|speech for|toast for|invoice to|invoice for|ask for|like|love|except|than|vs|chat with|help for|profile of|biography of|invitation for|dedicated to|played by|directed by|reviewed by|assigned to|cc|or\
        |von|mit|für|an|bei|und|frag|sag|ruf|zu|pour|avec|et|chez|par|appelle|demande à|dis à|para|con|por|dile a|llama a|pregunta a|per|da|di a|com|voor|met|aan|en|van|bel|door|dla|od|powiedz|zapytaj|для|от|спроси|скажи|позвони|ile|için|ve|med|till|från|och|av|åt|til|fra|og|עם|של|עבור|אל|את|请给|给|告诉|联系|询问|通知|跟|和|找|问|与",
    ),
    (
        Cues::WHERE,
        "in|near|at|in the|visit to|trip to|flights to|flight to|fly to|travel to|live in|lives in|moved to|based in|city of|state of|town of|born in|weather in|in der|nach|aus|à|en|dans|em|w|we|в|na|av",
    ),
    (
        Cues::THING,
        "sarl|sas|s.a|s.a.s|s.l|s.p.a|s.r.l|srl|spa|kg|ohg|kgaa|ab|bv|b.v|nv|oy|ltda|eireli|s.c|sp|z.o.o|and sons|& sons|associates|asociados|associati|et fils|e figli|i syn|frères|hermanos|fratelli|brothers|gruppe|stiftung|sons|street|st|avenue|ave|road|rd|lane|drive|boulevard|blvd|court|square|plaza|bridge|park|inc|inc.|ltd|ltd.|llc|corp|corporation|gmbh|ag|plc|co|company|group|holdings|university|college|school|institute|hospital|clinic|bank|airport|station|river|lake|mountain|mount|island|islands|county|city|beach|valley|bay|museum|theatre|theater|hotel|church|stadium|foundation|association|press|times|post|journal|award|prize|act|theorem|law|algorithm|method|model|equation|distribution|transform|syndrome|disease|test|scale|constant|effect|paradox|principle|server|protocol|format|framework|library|language|database|api|sdk|os|editor|compiler|version|license|licence|release|guide|manual|edition|model|project|center|centre|council|party|league|cup|festival|market|store|shop|software|technologies|systems|solutions|labs|studio|studios|records|motors|airlines|energy|capital|partners|consulting|services|insurance|media|straße|strasse|platz|weg|allee|universität|verein|rue|université|calle|universidad|università|universidade|straat|ulica|улица|университет",
    ),
    (
        Cues::SUFFIX,
        "さん|様|先生|氏|くん|君|ちゃん|さま|殿|と申します|といいます|老师|先生|女士|小姐|总|经理|医生|同学|님|씨|선생님|과장님|부장님|대리님|팀장님|교수님|군|양",
    ),
];
