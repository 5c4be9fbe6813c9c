// Package formula works out the formulas of a workbook that carry no value, as
// the programs that wrote them would, or refuses: a guess would be read as a
// figure. It knows cells and no ledgers.
package formula
