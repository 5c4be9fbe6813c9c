// Package plan holds the reserve plan (储备计划) and what follows from it: which
// targets stand where, what of the stock counts toward them, what is missing,
// and how far what there is would carry people.
//
// Pure: it knows no SQL, HTTP, files or clock. Quantities are thousandths of a
// unit; rates are basis points (10000 = 100 %), so that nothing is a float.
package plan
