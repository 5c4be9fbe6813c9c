package store_test

import (
	"context"
	"testing"

	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := e.Options(t)
		for _, turn := range []string{"an empty database gets the schema", "a database in use opens again unchanged"} {
			t.Run(turn, func(t *testing.T) {
				st, err := store.Open(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				defer st.Close()
				heads, err := st.Read().Heads(context.Background())
				if err != nil || len(heads) != 1 || heads[0].DepotID != 0 {
					t.Fatalf("heads = %v, %v; want the system's", heads, err)
				}
			})
		}
	})
}
