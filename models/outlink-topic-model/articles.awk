# Made-up articles for training and for checking:  awk -v seed=1 -v count=20000 -f articles.awk countries.tsv
# Each line is what an article links to, behind its topics: countries of one region, or sometimes of two, and items that say nothing.
# Numbers come from a generator of its own, so that every awk makes the same lines.
BEGIN { FS = "\t" }
function random(limit) {
    # Lehmer's minimal standard: exact in the 53 bits that awk computes with.
    state = (state * 16807) % 2147483647
    return state % limit
}
function topics(region,    parts) {
    split(region, parts, ".")
    # The taxonomy has a topic for all of these continents beside those of their regions.
    return " __label__Geography.Regions." underlined(region) (parts[1] ~ /^(Africa|Asia|Europe)$/ ? " __label__Geography.Regions." parts[1] "." parts[1] "*" : "")
}
function underlined(text) { gsub(" ", "_", text); return text }
NR > 1 {
    if (!($2 in size)) regions[++regionCount] = $2
    items[$2, ++size[$2]] = $1
}
END {
    state = seed * 7919 + 1
    for (i = 0; i < 200; i++) random(2)
    for (line = 0; line < count; line++) {
        kind = random(20)
        labels = links = ""
        wanted = kind < 13 ? 1 : 2
        for (part = 0; part < wanted; part++) {
            region = regions[1 + random(regionCount)]
            countries = 1 + random(5)
            for (j = 0; j < countries; j++) links = links " " items[region, 1 + random(size[region])]
            labels = labels topics(region)
        }
        noise = random(12)
        for (j = 0; j < noise; j++) links = links " Q9" sprintf("%06d", random(3000))
        print labels links
    }
}
