package notice

// Status is where a delivery stands.
type Status string

// The states of a delivery. Given up and dropped ones stay to be seen; only
// what was given up can be sent again.
const (
	Waiting Status = "waiting" // also while it is being sent
	Sent    Status = "sent"
	GivenUp Status = "given_up"
	Dropped Status = "dropped" // the webhook was taken out of use
)

var statusNames = map[Status]string{Waiting: "待发送", Sent: "已送达", GivenUp: "已放弃", Dropped: "停用作废"}

// Name gives the Chinese name.
func (s Status) Name() string { return statusNames[s] }

// pauses are the seconds after each failed try: a receiver that restarts is
// reached again soon, one that is down overnight by the morning.
var pauses = [...]int64{60, 5 * 60, 15 * 60, 3600, 6 * 3600, 12 * 3600}

// MaxTries is how often a message is sent at most.
const MaxTries = len(pauses) + 1

// Pause gives the seconds to wait after the failure of a try, counted from 1;
// false says that it was the last.
func Pause(try int) (seconds int64, again bool) {
	if try < 1 || try > len(pauses) {
		return 0, false
	}
	return pauses[try-1], true
}
