//! Names in other scripts: as written, and their Latin transliteration for the email.

use super::names::Group;

/// Ukrainian, with family names that do not change with gender.
#[rustfmt::skip] // tables read better in columns
pub const CYRILLIC: Group = Group {
    language: "uk",
    first: &[
        ("Олена", "olena"), ("Дмитро", "dmytro"), ("Світлана", "svitlana"), ("Андрій", "andrii"),
        ("Наталія", "nataliia"), ("Сергій", "serhii"), ("Ірина", "iryna"), ("Володимир", "volodymyr"),
        ("Юлія", "yuliia"), ("Тарас", "taras"), ("Людмила", "liudmyla"), ("Ігор", "ihor"),
        ("Оксана", "oksana"), ("Богдан", "bohdan"), ("Катерина", "kateryna"), ("Максим", "maksym"),
    ],
    last: &[
        ("Шевченко", "shevchenko"), ("Коваленко", "kovalenko"), ("Бондаренко", "bondarenko"), ("Ткаченко", "tkachenko"),
        ("Мельник", "melnyk"), ("Кравчук", "kravchuk"), ("Поліщук", "polishchuk"), ("Савчук", "savchuk"),
        ("Гнатюк", "hnatiuk"), ("Лисенко", "lysenko"), ("Жук", "zhuk"), ("Руденко", "rudenko"),
        ("Щербак", "shcherbak"), ("Марченко", "marchenko"), ("Ярош", "yarosh"), ("Хоменко", "khomenko"),
    ],
};

/// Greek, women, whose family names take the genitive.
#[rustfmt::skip] // tables read better in columns
pub const GREEK: Group = Group {
    language: "el",
    first: &[
        ("Ελένη", "eleni"), ("Κατερίνα", "katerina"), ("Δήμητρα", "dimitra"), ("Σοφία", "sofia"),
        ("Ιωάννα", "ioanna"), ("Χρυσούλα", "chrysoula"), ("Βασιλική", "vasiliki"), ("Ευαγγελία", "evangelia"),
        ("Ζωή", "zoi"), ("Θεοδώρα", "theodora"), ("Ουρανία", "ourania"), ("Ξένια", "xenia"),
    ],
    last: &[
        ("Παπαδοπούλου", "papadopoulou"), ("Γεωργίου", "georgiou"), ("Νικολάου", "nikolaou"), ("Οικονόμου", "oikonomou"),
        ("Αντωνίου", "antoniou"), ("Δημητρίου", "dimitriou"), ("Χατζηδάκη", "chatzidaki"), ("Βλάχου", "vlachou"),
        ("Σαμαρά", "samara"), ("Ψαρρού", "psarrou"), ("Κωνσταντίνου", "konstantinou"), ("Φωτίου", "fotiou"),
    ],
};

/// Arabic, written from right to left.
#[rustfmt::skip] // tables read better in columns
pub const ARABIC: Group = Group {
    language: "ar",
    first: &[
        ("فاطمة", "fatima"), ("محمد", "mohammed"), ("ليلى", "layla"), ("يوسف", "yousef"),
        ("نور", "nour"), ("خالد", "khaled"), ("مريم", "maryam"), ("عمر", "omar"),
        ("هدى", "huda"), ("طارق", "tariq"), ("سلمى", "salma"), ("بلال", "bilal"),
        ("رانيا", "rania"), ("حسن", "hassan"), ("زينب", "zaynab"), ("كريم", "karim"),
    ],
    last: &[
        ("الخطيب", "alkhatib"), ("حداد", "haddad"), ("المصري", "almasri"), ("منصور", "mansour"),
        ("النجار", "alnajjar"), ("سليمان", "suleiman"), ("الشريف", "alsharif"), ("عبد الله", "abdallah"),
        ("درويش", "darwish"), ("القاسم", "alqasim"), ("صباغ", "sabbagh"), ("الحسيني", "alhusseini"),
        ("بركات", "barakat"), ("نصار", "nassar"), ("العلي", "alali"), ("خوري", "khoury"),
    ],
};

/// Hebrew, written from right to left.
#[rustfmt::skip] // tables read better in columns
pub const HEBREW: Group = Group {
    language: "he",
    first: &[
        ("נועה", "noa"), ("אורי", "uri"), ("תמר", "tamar"), ("איתן", "eitan"),
        ("שירה", "shira"), ("יונתן", "yonatan"), ("מיכל", "michal"), ("גלעד", "gilad"),
        ("רונית", "ronit"), ("אבנר", "avner"), ("הדס", "hadas"), ("צבי", "zvi"),
    ],
    last: &[
        ("כהן", "cohen"), ("לוי", "levi"), ("מזרחי", "mizrahi"), ("פרידמן", "friedman"),
        ("ביטון", "biton"), ("אברהם", "avraham"), ("שפירא", "shapira"), ("גבאי", "gabai"),
        ("רוזנברג", "rozenberg"), ("אזולאי", "azulai"), ("ברקוביץ", "berkovich"), ("דיין", "dayan"),
    ],
};

/// Hindi, in Devanagari.
#[rustfmt::skip] // tables read better in columns
pub const DEVANAGARI: Group = Group {
    language: "hi",
    first: &[
        ("प्रिया", "priya"), ("अर्जुन", "arjun"), ("अनन्या", "ananya"), ("विक्रम", "vikram"),
        ("काव्या", "kavya"), ("रोहित", "rohit"), ("मीनाक्षी", "meenakshi"), ("सिद्धार्थ", "siddharth"),
        ("दीपिका", "deepika"), ("आदित्य", "aditya"), ("श्रेया", "shreya"), ("करण", "karan"),
        ("लक्ष्मी", "lakshmi"), ("राहुल", "rahul"), ("नेहा", "neha"), ("संजय", "sanjay"),
    ],
    last: &[
        ("शर्मा", "sharma"), ("गुप्ता", "gupta"), ("मिश्रा", "mishra"), ("त्रिवेदी", "trivedi"),
        ("अग्रवाल", "agarwal"), ("चौधरी", "chaudhary"), ("जोशी", "joshi"), ("देशपांडे", "deshpande"),
        ("कुलकर्णी", "kulkarni"), ("भट्ट", "bhatt"), ("मेहरा", "mehra"), ("राठौड़", "rathore"),
        ("सक्सेना", "saxena"), ("वर्मा", "varma"), ("पांडेय", "pandey"), ("श्रीवास्तव", "shrivastava"),
    ],
};

/// Chinese, in Han characters.
#[rustfmt::skip] // tables read better in columns
pub const HAN: Group = Group {
    language: "zh",
    first: &[
        ("伟", "wei"), ("芳", "fang"), ("秀英", "xiuying"), ("敏", "min"),
        ("静", "jing"), ("强", "qiang"), ("磊", "lei"), ("洋", "yang"),
        ("艳", "yan"), ("勇", "yong"), ("娟", "juan"), ("涛", "tao"),
        ("超", "chao"), ("霞", "xia"), ("桂英", "guiying"), ("志明", "zhiming"),
        ("雨桐", "yutong"), ("浩然", "haoran"), ("子涵", "zihan"), ("欣怡", "xinyi"),
    ],
    last: &[
        ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"),
        ("陈", "chen"), ("杨", "yang"), ("赵", "zhao"), ("黄", "huang"),
        ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"),
        ("胡", "hu"), ("郭", "guo"), ("欧阳", "ouyang"), ("司马", "sima"),
        ("罗", "luo"), ("郑", "zheng"), ("谢", "xie"), ("诸葛", "zhuge"),
    ],
};

/// Japanese: family names in Kanji, given names in Kanji, Hiragana and Katakana.
#[rustfmt::skip] // tables read better in columns
pub const JAPANESE: Group = Group {
    language: "ja",
    first: &[
        ("陽菜", "hina"), ("さくら", "sakura"), ("翔太", "shota"), ("アンナ", "anna"),
        ("健一", "kenichi"), ("ひかり", "hikari"), ("大輔", "daisuke"), ("エミリ", "emiri"),
        ("美咲", "misaki"), ("つばさ", "tsubasa"), ("悠斗", "yuto"), ("マリア", "maria"),
        ("直樹", "naoki"), ("あおい", "aoi"), ("蓮", "ren"), ("かおり", "kaori"),
        ("拓海", "takumi"), ("ゆい", "yui"), ("誠", "makoto"), ("ミチコ", "michiko"),
        ("結衣", "yuina"), ("リョウ", "ryo"), ("千尋", "chihiro"), ("のぞみ", "nozomi"),
    ],
    last: &[
        ("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka"),
        ("渡辺", "watanabe"), ("伊藤", "ito"), ("山本", "yamamoto"), ("中村", "nakamura"),
        ("小林", "kobayashi"), ("加藤", "kato"), ("吉田", "yoshida"), ("山田", "yamada"),
        ("佐々木", "sasaki"), ("山口", "yamaguchi"), ("松本", "matsumoto"), ("井上", "inoue"),
        ("木村", "kimura"), ("斎藤", "saito"), ("清水", "shimizu"), ("長谷川", "hasegawa"),
        ("小笠原", "ogasawara"), ("西園寺", "saionji"), ("森", "mori"), ("池田", "ikeda"),
    ],
};

/// Korean, in Hangul.
#[rustfmt::skip] // tables read better in columns
pub const HANGUL: Group = Group {
    language: "ko",
    first: &[
        ("서연", "seoyeon"), ("민준", "minjun"), ("지우", "jiwoo"), ("도윤", "doyun"),
        ("하은", "haeun"), ("예준", "yejun"), ("수빈", "subin"), ("지호", "jiho"),
        ("유진", "yujin"), ("현우", "hyunwoo"), ("은지", "eunji"), ("성민", "seongmin"),
        ("채원", "chaewon"), ("동현", "donghyun"), ("미영", "miyoung"), ("준서", "junseo"),
    ],
    last: &[
        ("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi"),
        ("정", "jung"), ("강", "kang"), ("조", "cho"), ("윤", "yoon"),
        ("장", "jang"), ("임", "lim"), ("한", "han"), ("오", "oh"),
        ("신", "shin"), ("황보", "hwangbo"), ("남궁", "namgung"), ("선우", "sunwoo"),
    ],
};

/// Thai.
#[rustfmt::skip] // tables read better in columns
pub const THAI: Group = Group {
    language: "th",
    first: &[
        ("สมชาย", "somchai"), ("กนกวรรณ", "kanokwan"), ("ณัฐพล", "nattapon"), ("ปิยะดา", "piyada"),
        ("วรรณา", "wanna"), ("ธนากร", "thanakorn"), ("ศิริพร", "siriporn"), ("ชัยวัฒน์", "chaiwat"),
        ("มะลิ", "mali"), ("อนุชา", "anucha"), ("พิมพ์ชนก", "pimchanok"), ("กิตติ", "kitti"),
    ],
    last: &[
        ("ศรีสุข", "srisuk"), ("วงศ์สวัสดิ์", "wongsawat"), ("แสงทอง", "saengthong"), ("บุญมี", "boonmee"),
        ("จันทร์เพ็ญ", "chanpen"), ("รัตนกุล", "rattanakul"), ("สุวรรณ", "suwan"), ("ทองดี", "thongdee"),
        ("พงษ์ไพบูลย์", "phongphaibun"), ("ชัยมงคล", "chaimongkol"), ("เจริญสุข", "charoensuk"), ("อินทร์แก้ว", "inkaew"),
    ],
};
