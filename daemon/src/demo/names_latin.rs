//! Names in Latin script: as written, and in plain ASCII for the email.

use super::names::Group;

/// German.
#[rustfmt::skip] // tables read better in columns
pub const GERMAN: Group = Group {
    language: "de",
    first: &[
        ("Jürgen", "juergen"), ("Annelie", "annelie"), ("Sören", "soeren"), ("Käthe", "kaethe"),
        ("Lukas", "lukas"), ("Hannah", "hannah"), ("Björn", "bjoern"), ("Friederike", "friederike"),
        ("Matthias", "matthias"), ("Jörg", "joerg"), ("Ursula", "ursula"), ("Götz", "goetz"),
        ("Leonie", "leonie"), ("Ines", "ines"), ("Stefan", "stefan"), ("Bärbel", "baerbel"),
        ("Tobias", "tobias"), ("Heike", "heike"), ("Rüdiger", "ruediger"), ("Silke", "silke"),
        ("Kai", "kai"), ("Wiebke", "wiebke"), ("Florian", "florian"), ("Marlene", "marlene"),
    ],
    last: &[
        ("Müller", "mueller"), ("Schröder", "schroeder"), ("Weiß", "weiss"), ("Köhler", "koehler"),
        ("Albrecht", "albrecht"), ("Fürst", "fuerst"), ("Böttcher", "boettcher"), ("Jäger", "jaeger"),
        ("Brandt", "brandt"), ("Günther", "guenther"), ("Löwe", "loewe"), ("Krämer", "kraemer"),
        ("Vogt", "vogt"), ("Schäfer", "schaefer"), ("Dörr", "doerr"), ("Lindner", "lindner"),
        ("Großmann", "grossmann"), ("Hübner", "huebner"), ("Reuter", "reuter"), ("Förster", "foerster"),
        ("Seidel", "seidel"), ("Grünwald", "gruenwald"), ("Pfeiffer", "pfeiffer"), ("Kästner", "kaestner"),
        ("Ehrlich", "ehrlich"), ("Thoma", "thoma"), ("Wörner", "woerner"), ("Ziegler", "ziegler"),
    ],
};

/// English.
#[rustfmt::skip] // tables read better in columns
pub const ENGLISH: Group = Group {
    language: "en",
    first: &[
        ("Olivia", "olivia"), ("Ethan", "ethan"), ("Zoë", "zoe"), ("Marcus", "marcus"),
        ("Siobhan", "siobhan"), ("Dwayne", "dwayne"), ("Renée", "renee"), ("Caleb", "caleb"),
        ("Harriet", "harriet"), ("Tyrone", "tyrone"), ("Imogen", "imogen"), ("Nathan", "nathan"),
        ("Chloë", "chloe"), ("Jerome", "jerome"), ("Abigail", "abigail"), ("Logan", "logan"),
        ("Beatrice", "beatrice"), ("Malcolm", "malcolm"), ("Phoebe", "phoebe"), ("Warren", "warren"),
        ("Tamsin", "tamsin"), ("Desmond", "desmond"), ("Gwen", "gwen"), ("Rory", "rory"),
    ],
    last: &[
        ("Whitaker", "whitaker"), ("O’Connell", "oconnell"), ("Brontë", "bronte"), ("Hawthorne", "hawthorne"),
        ("MacLeod", "macleod"), ("Fitzgerald", "fitzgerald"), ("Okafor", "okafor"), ("Pemberton", "pemberton"),
        ("Washington", "washington"), ("St. James", "stjames"), ("Ainsworth", "ainsworth"), ("Beaumont", "beaumont"),
        ("Carrington", "carrington"), ("D’Arcy", "darcy"), ("Ellsworth", "ellsworth"), ("Freeman", "freeman"),
        ("Gallagher", "gallagher"), ("Holloway", "holloway"), ("Jefferson", "jefferson"), ("Kensington", "kensington"),
        ("Lockwood", "lockwood"), ("Mbeki", "mbeki"), ("Nakamura-Reed", "nakamura-reed"), ("Osborne", "osborne"),
        ("Prescott", "prescott"), ("Quigley", "quigley"), ("Radcliffe", "radcliffe"), ("Underwood", "underwood"),
    ],
};

/// Polish, with family names that do not change with gender.
#[rustfmt::skip] // tables read better in columns
pub const POLISH: Group = Group {
    language: "pl",
    first: &[
        ("Łukasz", "lukasz"), ("Małgorzata", "malgorzata"), ("Grażyna", "grazyna"), ("Wojciech", "wojciech"),
        ("Paweł", "pawel"), ("Agnieszka", "agnieszka"), ("Bożena", "bozena"), ("Michał", "michal"),
        ("Zofia", "zofia"), ("Rafał", "rafal"), ("Katarzyna", "katarzyna"), ("Stanisław", "stanislaw"),
        ("Żaneta", "zaneta"), ("Mirosław", "miroslaw"), ("Elżbieta", "elzbieta"), ("Krzysztof", "krzysztof"),
    ],
    last: &[
        ("Wójcik", "wojcik"), ("Kowalczyk", "kowalczyk"), ("Woźniak", "wozniak"), ("Nowak", "nowak"),
        ("Dąbek", "dabek"), ("Gołąb", "golab"), ("Mączka", "maczka"), ("Kaźmierczak", "kazmierczak"),
        ("Pietrzak", "pietrzak"), ("Szczęsny", "szczesny"), ("Źródło", "zrodlo"), ("Król", "krol"),
        ("Wróbel", "wrobel"), ("Zając", "zajac"), ("Błaszczyk", "blaszczyk"), ("Jóźwiak", "jozwiak"),
    ],
};

/// French.
#[rustfmt::skip] // tables read better in columns
pub const FRENCH: Group = Group {
    language: "fr",
    first: &[
        ("Zoé", "zoe"), ("François", "francois"), ("Hélène", "helene"), ("Benoît", "benoit"),
        ("Anaïs", "anais"), ("Jérôme", "jerome"), ("Maëlle", "maelle"), ("Rémi", "remi"),
        ("Océane", "oceane"), ("Loïc", "loic"), ("Cécile", "cecile"), ("Gaël", "gael"),
        ("Aurélie", "aurelie"), ("Théo", "theo"), ("Solène", "solene"), ("Étienne", "etienne"),
    ],
    last: &[
        ("Lefèvre", "lefevre"), ("Béranger", "beranger"), ("Gautier", "gautier"), ("Chérif", "cherif"),
        ("Desprès", "despres"), ("L’Hôpital", "lhopital"), ("Noël", "noel"), ("Forêt", "foret"),
        ("Préjean", "prejean"), ("Saint-Exupère", "saint-exupere"), ("Tréguier", "treguier"), ("Vasseur", "vasseur"),
        ("Mézières", "mezieres"), ("Bénard", "benard"), ("Crépin", "crepin"), ("Duchêne", "duchene"),
    ],
};

/// Spanish.
#[rustfmt::skip] // tables read better in columns
pub const SPANISH: Group = Group {
    language: "es",
    first: &[
        ("Íñigo", "inigo"), ("Lucía", "lucia"), ("Andrés", "andres"), ("Sofía", "sofia"),
        ("Álvaro", "alvaro"), ("Begoña", "begona"), ("Ramón", "ramon"), ("Inés", "ines"),
        ("Martín", "martin"), ("Rocío", "rocio"), ("Jesús", "jesus"), ("Belén", "belen"),
        ("Óscar", "oscar"), ("Mónica", "monica"), ("Germán", "german"), ("Verónica", "veronica"),
        ("Xiomara", "xiomara"), ("Joaquín", "joaquin"), ("Noemí", "noemi"), ("Efraín", "efrain"),
    ],
    last: &[
        ("Muñoz", "munoz"), ("Ibáñez", "ibanez"), ("Cañada", "canada"), ("Núñez", "nunez"),
        ("Gutiérrez", "gutierrez"), ("Peña", "pena"), ("Domínguez", "dominguez"), ("Jiménez", "jimenez"),
        ("Ordóñez", "ordonez"), ("Sáenz", "saenz"), ("Rodríguez", "rodriguez"), ("Velázquez", "velazquez"),
        ("Quiñones", "quinones"), ("Zúñiga", "zuniga"), ("Villaseñor", "villasenor"), ("Echeverría", "echeverria"),
        ("Ávalos", "avalos"), ("Bermúdez", "bermudez"), ("Cortés", "cortes"), ("Lárez", "larez"),
    ],
};

/// Portuguese.
#[rustfmt::skip] // tables read better in columns
pub const PORTUGUESE: Group = Group {
    language: "pt",
    first: &[
        ("João", "joao"), ("Inês", "ines"), ("Conceição", "conceicao"), ("Luís", "luis"),
        ("Beatriz", "beatriz"), ("Gonçalo", "goncalo"), ("Mafalda", "mafalda"), ("Simão", "simao"),
        ("Leonor", "leonor"), ("António", "antonio"), ("Catarina", "catarina"), ("Tomás", "tomas"),
        ("Fátima", "fatima"), ("Rúben", "ruben"), ("Assunção", "assuncao"), ("Nuno", "nuno"),
        ("Débora", "debora"), ("Estêvão", "estevao"), ("Lurdes", "lurdes"), ("Vítor", "vitor"),
        ("Graça", "graca"), ("Afonso", "afonso"), ("Marília", "marilia"), ("Sebastião", "sebastiao"),
    ],
    last: &[
        ("Gonçalves", "goncalves"), ("Magalhães", "magalhaes"), ("Araújo", "araujo"), ("Simões", "simoes"),
        ("Guimarães", "guimaraes"), ("Conceição", "conceicao"), ("Brandão", "brandao"), ("Falcão", "falcao"),
        ("Damião", "damiao"), ("Antunes", "antunes"), ("Vasconcelos", "vasconcelos"), ("Frazão", "frazao"),
        ("Sá Pinto", "sapinto"), ("Mourão", "mourao"), ("Queirós", "queiros"), ("Trindade", "trindade"),
        ("Leitão", "leitao"), ("Figueirôa", "figueiroa"), ("Câmara", "camara"), ("Bragança", "braganca"),
        ("Nóbrega", "nobrega"), ("Estêves", "esteves"), ("Peixôto", "peixoto"), ("Serrão", "serrao"),
    ],
};

/// Turkish.
#[rustfmt::skip] // tables read better in columns
pub const TURKISH: Group = Group {
    language: "tr",
    first: &[
        ("Gülşen", "gulsen"), ("İbrahim", "ibrahim"), ("Çağla", "cagla"), ("Oğuz", "oguz"),
        ("Ayşe", "ayse"), ("Şükrü", "sukru"), ("Işıl", "isil"), ("Barış", "baris"),
        ("Özlem", "ozlem"), ("Tuğba", "tugba"), ("Ümit", "umit"), ("Yağmur", "yagmur"),
    ],
    last: &[
        ("Yıldız", "yildiz"), ("Öztürk", "ozturk"), ("Çelik", "celik"), ("Şahin", "sahin"),
        ("Kılıç", "kilic"), ("Aydın", "aydin"), ("Güneş", "gunes"), ("Doğan", "dogan"),
        ("Erdoğmuş", "erdogmus"), ("Bozkurt", "bozkurt"), ("Taşçı", "tasci"), ("Ünal", "unal"),
    ],
};

/// Nordic.
#[rustfmt::skip] // tables read better in columns
pub const NORDIC: Group = Group {
    language: "sv",
    first: &[
        ("Åsa", "asa"), ("Søren", "soren"), ("Märta", "marta"), ("Håkon", "hakon"),
        ("Þórunn", "thorunn"), ("Göran", "goran"), ("Sæunn", "saeunn"), ("Bjørg", "bjorg"),
        ("Pär", "par"), ("Øyvind", "oyvind"), ("Solveig", "solveig"), ("Jóhann", "johann"),
    ],
    last: &[
        ("Ångström", "angstrom"), ("Sørensen", "sorensen"), ("Sjöberg", "sjoberg"), ("Ødegård", "odegard"),
        ("Lindqvist", "lindqvist"), ("Næss", "naess"), ("Bäckström", "backstrom"), ("Ruud", "ruud"),
        ("Hägglund", "hagglund"), ("Kjær", "kjaer"), ("Öberg", "oberg"), ("Åkesson", "akesson"),
    ],
};

/// Vietnamese.
#[rustfmt::skip] // tables read better in columns
pub const VIETNAMESE: Group = Group {
    language: "vi",
    first: &[
        ("Thảo", "thao"), ("Dũng", "dung"), ("Hương", "huong"), ("Quốc", "quoc"),
        ("Ngọc", "ngoc"), ("Tuấn", "tuan"), ("Phượng", "phuong"), ("Đạt", "dat"),
        ("Yến", "yen"), ("Khải", "khai"), ("Mỹ Linh", "mylinh"), ("Trí", "tri"),
    ],
    last: &[
        ("Nguyễn", "nguyen"), ("Trần", "tran"), ("Phạm", "pham"), ("Võ", "vo"),
        ("Đặng", "dang"), ("Bùi", "bui"), ("Đỗ", "do"), ("Hồ", "ho"),
        ("Ngô", "ngo"), ("Dương", "duong"), ("Huỳnh", "huynh"), ("Lý", "ly"),
    ],
};
