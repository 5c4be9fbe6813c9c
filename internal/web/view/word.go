package view

// WordList is what people taught the reading of ledgers (台账用语).
type WordList struct {
	Base
	MayEdit  bool
	Word     string // as typed, when it was refused
	Fields   []Option
	Headings []TaughtHeading
	Mappings []TaughtMapping
	Words    []TaughtWord
}

// TaughtHeading is a heading and what it means.
type TaughtHeading struct{ Key, Word, Meaning, Who, When string }

// TaughtMapping is a heading line whose columns somebody mapped.
type TaughtMapping struct{ Key, Headings, Meaning, Who, When string }

// TaughtWord is a word of one depot's ledgers and the item it means.
type TaughtWord struct{ Key, Depot, DepotID, Word, Item, Factor, Who, When string }
