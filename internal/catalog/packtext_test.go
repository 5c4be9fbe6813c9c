package catalog_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
)

func TestParsePacks(t *testing.T) {
	water := catalog.Item{Name: "饮用水", Unit: "瓶"}
	for text, want := range map[string]string{
		"":                             "",
		" 、 ":                          "",
		"箱=24、件=10":                    "件=10、箱=24",
		"1箱=24瓶":                       "箱=24",
		"每箱 = 24 瓶；一托=1,200":           "refused", // the comma parts packs, so 200 stands alone
		"箱＝２４；托=1200":                  "箱=24、托=1200",
		"箱=24\n\n半箱=12":                "半箱=12、箱=24",
		"桶=0.125":                      "桶=0.125",
		"车=1万":                         "车=10000",
		"瓶=1":                          "refused",
		"ｋｇ袋=2":                        "ｋｇ袋=2",
		"箱=24、箱=12":                    "refused",
		"ctn=24、CTN=12":                "refused",
		"箱=0":                          "refused",
		"箱=-3":                         "refused",
		"箱=约24":                        "refused",
		"箱=24左右":                       "refused",
		"箱=24（纸箱）":                     "refused",
		"箱=24件":                        "refused",
		"箱=0.0001":                     "refused",
		"箱=10000000000":                "refused",
		"箱=NaN":                        "refused",
		"箱=1e3":                        "refused",
		"箱=二十四":                        "refused",
		"箱=":                           "refused",
		"=24":                          "refused",
		"一箱=24、一次性包=5":                 "一次性包=5、箱=24",
		"箱24":                          "refused",
		"箱2=24":                        "refused",
		"万=10000":                      "refused",
		strings.Repeat("长", 21) + "=2": "refused",
		"a=1、b=1、c=1、d=1、e=1、f=1、g=1、h=1、i=1、j=1、k=1": "refused",
	} {
		packs, err := catalog.ParsePacks(text, water)
		got := catalog.PacksText(packs)
		if err != nil {
			got = "refused"
			if errs.KindOf(err) != errs.Invalid || !strings.HasSuffix(errs.MessageOf(err), "。") {
				t.Errorf("%q: %v is no sentence for people", text, err)
			}
		}
		if got != want {
			t.Errorf("%q gives %q (%v), want %q", text, got, err, want)
		}
		again, err := catalog.ParsePacks(got, water)
		if got != "refused" && (err != nil || catalog.PacksText(again) != got) {
			t.Errorf("%q reads back as %v, %v", got, again, err)
		}
	}
}
