package bench

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"changbei/internal/store/storetest"
)

// TestMain runs nothing unless asked: a measurement is no test, and a machine
// that runs tests beside it measures nothing.
func TestMain(m *testing.M) {
	if os.Getenv("CHANGBEI_BENCH") == "" {
		os.Exit(0)
	}
	if address := os.Getenv(checkOf); address != "" {
		if err := checkHere(address); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	storetest.Durable(word("POOL", "512M"))
	printHead()
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

func printHead() {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%s  %s %s/%s  %d cores  load %s\n", time.Now().Format("2006-01-02 15:04"), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "))
	fmt.Printf("rounds %d of %s a side; a ratio is the median over rounds, the rates are best and median\n", rounds(), span())
}

// word reads a setting of the bench.
func word(name, fallback string) string {
	if v := os.Getenv("CHANGBEI_BENCH_" + name); v != "" {
		return v
	}
	return fallback
}

// number reads a setting that is a whole number.
func number(name string, fallback int) int {
	n, err := strconv.Atoi(word(name, strconv.Itoa(fallback)))
	if err != nil {
		panic("CHANGBEI_BENCH_" + name + " is no number")
	}
	return n
}

// numbers reads a setting that is a list of whole numbers.
func numbers(name, fallback string) []int {
	var list []int
	for _, part := range strings.Split(word(name, fallback), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			panic("CHANGBEI_BENCH_" + name + " is no list of numbers")
		}
		list = append(list, n)
	}
	return list
}

func rounds() int { return number("ROUNDS", 3) }

// span is how long one side runs in one round.
func span() time.Duration {
	s, err := strconv.ParseFloat(word("SECONDS", "1.5"), 64)
	if err != nil {
		panic("CHANGBEI_BENCH_SECONDS is no number")
	}
	return time.Duration(s * float64(time.Second))
}
