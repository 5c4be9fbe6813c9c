//go:build !race

package demo_test

import "changbei/internal/demo"

var district = demo.Size{}
