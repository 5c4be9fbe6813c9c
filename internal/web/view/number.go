package view

import "strconv"

func days(n int) string { return strconv.Itoa(n) + " 天" }
