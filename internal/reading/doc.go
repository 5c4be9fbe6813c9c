// Package reading finds ledgers in a workbook: it turns the cells of a
// grid.Workbook into recognised tables and checked rows.
//
// It tells which sheets hold data, where the heading rows end, what each
// column means, which rows are titles, bands, totals, notes and signatures,
// and reads the rest field by field. Every row comes back ok, confirm (a
// person must say yes) or error (a cell must be mended), with an issue that
// names the cell, what is typed there, the reason and the remedy. It never
// guesses silently: what is not sure is asked.
//
// The words of offices (headings, totals, units, ditto marks) are data:
// words.csv in this package and the synonyms given to LoadLexicon.
//
// The package imports errs, quantity, money, day and grid. It must not know
// files, HTTP, SQL or the catalogue; matching items, depots and units against
// what is known is the work of internal/importing.
package reading
