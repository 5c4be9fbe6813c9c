package formula

import "testing"

func TestFormulasCountOnTheCalendar(t *testing.T) {
	checkFormulas(t, bookOf(cellsOf("数", "45322|13|45000.75"), cellsOf("表")), `
		EDATE(数!A1,数!B1) → 45716
		EDATE(数!A1,-11) → 44985
		EDATE(数!A1,1.5) → refused
		EDATE("2024-01-31",1) → refused
		EDATE(数!A1,100000) → refused
		EDATE(60,1) → refused
		EOMONTH(数!A1,1) → 45351
		DATE(2024,14,1) → 45689
		DATE(2024,3,0) → 45351
		DATE(24,3,1) → refused
		YEAR(数!C1)*100+MONTH(数!C1) → 202303
		DAY(数!C1) → 15
		DATE(YEAR(数!A1)+3,MONTH(数!A1),DAY(数!A1)) → 46418
		YEAR(0) → refused`)
}
