package sourcing

import (
	"testing"

	"pgregory.net/rapid"
)

// drawNetwork draws sources and lines as a part has them, and more: roads with
// little room, and costs that tie.
func drawNetwork(t *rapid.T) *network {
	sources, lines := rapid.IntRange(1, 12).Draw(t, "sources"), rapid.IntRange(1, 6).Draw(t, "lines")
	n := newNetwork(1+sources+lines, 100)
	drawCost := func() cost {
		return cost{1: rapid.Int64Range(0, 1).Draw(t, "first"), 2: rapid.Int64Range(0, 3).Draw(t, "second"), 5: 1}
	}
	for s := range sources {
		for l := range lines {
			if rapid.Bool().Draw(t, "road") {
				n.add(int32(1+s), int32(1+sources+l), rapid.Int64Range(0, 12).Draw(t, "room"), drawCost())
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "runs") {
			n.add(root, int32(1+s), rapid.Int64Range(1, 10).Draw(t, "stock"), cost{4: rapid.Int64Range(0, 3).Draw(t, "day")})
		}
	}
	for l := range lines {
		want := rapid.Int64Range(0, 20).Draw(t, "want")
		n.wants[1+sources+l] = want
		n.add(root, int32(1+sources+l), want, cost{unmetLevel: 10})
	}
	return n
}

// checkOptimal holds a flow against what makes it the best one: everybody gets
// what they want, no arc holds more than it can, and with the prices no arc
// that has room is worth using more, and none that is used worth using less.
func checkOptimal(t *rapid.T, n *network) {
	got := make([]int64, len(n.wants))
	for i := range n.from {
		if n.flow[i] < 0 || n.flow[i] > n.room[i] || i >= n.real && n.flow[i] != 0 {
			t.Fatalf("arc %d carries %d of %d", i, n.flow[i], n.room[i])
		}
		got[n.from[i]] -= n.flow[i]
		got[n.to[i]] += n.flow[i]
		reduced := n.cost[i].plus(n.price[n.from[i]]).minus(n.price[n.to[i]])
		if n.flow[i] < n.room[i] && reduced.less(cost{}) || n.flow[i] > 0 && (cost{}).less(reduced) {
			t.Fatalf("arc %d carries %d of %d at %v", i, n.flow[i], n.room[i], reduced)
		}
	}
	for v := 1; v < len(got); v++ {
		if n.left(int32(v), true) <= 0 {
			t.Fatalf("the tree lets node %d send nothing to the root", v)
		}
		if got[v] != n.wants[v] {
			t.Fatalf("node %d has %d and not %d", v, got[v], n.wants[v])
		}
	}
}

func TestFlowIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		n.solve()
		checkOptimal(t, n)
		for range 3 {
			for i := range n.real {
				if n.from[i] != root {
					n.cost[i] = cost{2: rapid.Int64Range(0, 9).Draw(t, "other cost"), 5: 1}
				}
			}
			n.solve()
			checkOptimal(t, n)
		}
	})
}
