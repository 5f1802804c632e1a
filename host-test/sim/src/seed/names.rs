//! Words for generated rows.

/// First names.
pub(super) const FIRST: [&str; 20] = [
    "Ann", "Pat", "Maria", "Jim", "Susanna", "Rene", "Nancy", "Yvonne", "Scott", "Thomas", "Olga",
    "Wei", "Amara", "José", "Zoë", "Lars", "Priya", "Mateus", "Fatima", "Kenji",
];

/// Last names.
pub(super) const LAST: [&str; 20] = [
    "Baker",
    "O'Brien",
    "Campbell",
    "Glynn",
    "Stubberod",
    "Valdes",
    "Anderson",
    "McKay",
    "Konersmann",
    "Andersen",
    "Petrova",
    "Chen",
    "Okafor",
    "García",
    "Müller",
    "Lindqvist",
    "Sharma",
    "Silva",
    "Hassan",
    "Tanaka",
];

/// The first words of company names.
pub(super) const COMPANY: [&str; 16] = [
    "Alpine",
    "Blue Yonder",
    "City",
    "Coho",
    "Fabrikam",
    "Graphic",
    "Humongous",
    "Lucerne",
    "Margie's",
    "Northwind",
    "Proseware",
    "Relecloud",
    "Southridge",
    "Tailspin",
    "Wide World",
    "Woodgrove",
];

/// The last words of company names.
pub(super) const BUSINESS: [&str; 12] = [
    "Airlines",
    "Bank",
    "Consulting",
    "Design",
    "Electronics",
    "Foods",
    "Importers",
    "Insurance",
    "Publishing",
    "Ski House",
    "Traders",
    "Vineyard",
];

/// Job titles.
pub(super) const JOB: [&str; 8] = [
    "Purchasing Manager",
    "Owner",
    "Sales Representative",
    "Chief Financial Officer",
    "Purchasing Assistant",
    "IT Director",
    "Office Manager",
    "Head of Logistics",
];

/// City, state or province, postal code, country.
pub(super) const PLACE: [(&str, &str, &str, &str); 8] = [
    ("Redmond", "WA", "98052", "United States"),
    ("Dallas", "TX", "75201", "United States"),
    ("Phoenix", "AZ", "85003", "United States"),
    ("Toronto", "ON", "M5H 2N2", "Canada"),
    ("München", "BY", "80331", "Germany"),
    ("Dublin", "Leinster", "D02 X285", "Ireland"),
    ("Lyon", "ARA", "69001", "France"),
    ("São Paulo", "SP", "01310-100", "Brazil"),
];

/// Streets.
pub(super) const STREET: [&str; 6] = [
    "Main Street",
    "Lyon Road",
    "Kirkland Avenue",
    "Harbour Way",
    "Zeppelinstraße",
    "Rua das Flores",
];
