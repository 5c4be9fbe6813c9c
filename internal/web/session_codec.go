package web

import (
	"encoding/json"
	"fmt"
	"time"

	"changbei/internal/id"
	"changbei/internal/web/view"
)

// sessionCodec writes a session's data as JSON: gob compiles its decoder anew
// for every session it reads, which took as long as reading the row.
type sessionCodec struct{}

type sessionText struct {
	Deadline int64            `json:"deadline"` // nanoseconds UTC
	Numbers  map[string]int64 `json:"numbers"`
	Flash    []view.Flash     `json:"flash,omitempty"`
}

// Encode writes what a session holds; anything but numbers and sentences is an
// error of the program.
func (sessionCodec) Encode(deadline time.Time, values map[string]interface{}) ([]byte, error) {
	t := sessionText{Deadline: deadline.UnixNano(), Numbers: map[string]int64{}}
	for key, value := range values {
		switch v := value.(type) {
		case int64:
			t.Numbers[key] = v
		case []view.Flash:
			t.Flash = v
		default:
			return nil, fmt.Errorf("web: a session cannot hold %T under %s", value, key)
		}
	}
	return json.Marshal(t)
}

// accountIn gives who a session that Encode wrote belongs to, 0 for nobody.
func accountIn(b []byte) id.ID {
	var t sessionText
	if json.Unmarshal(b, &t) != nil {
		return 0
	}
	return id.ID(t.Numbers[keyAccount])
}

// Decode reads it. What an older version wrote is a session that has ended.
func (sessionCodec) Decode(b []byte) (time.Time, map[string]interface{}, error) {
	var t sessionText
	if json.Unmarshal(b, &t) != nil {
		return time.Now().Add(sessionLife), map[string]interface{}{}, nil
	}
	values := make(map[string]interface{}, len(t.Numbers)+1)
	for key, n := range t.Numbers {
		values[key] = n
	}
	if len(t.Flash) > 0 {
		values[keyFlash] = t.Flash
	}
	return time.Unix(0, t.Deadline).UTC(), values, nil
}
