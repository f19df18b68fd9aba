# Makes up articles as the items they link to, one a line, from facts about countries:
#   awk -v seed=N -v count=N -f articles.awk countries.tsv neutral.tsv
# Four articles in five are about countries of one region, the fifth about two regions, whose topics it then all has. One in four links to a country
# that it is not about, and every one to up to 30 neutral items.
BEGIN { FS = "\t"; state = seed }

FILENAME ~ /countries/ {
    if (!($3 in size)) regions[++most] = $3
    item[$3, ++size[$3]] = $1
    next
}
{ neutral[++neutrals] = $1 }

# Lehmer's generator: awk's own differs from one awk to the next. 1 to most.
function draw(most) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * most) + 1 }

# Rows of a region are those with the same topics; six countries at most.
function add_region(region,    links, topic, i, topics) {
    split(region, topics, " ")
    for (i = 1; i in topics; i++) topic_of[topics[i]] = 1
    for (links = draw(6); links > 0; links--) link[item[region, draw(size[region])]] = 1
}

END {
    for (made = 0; made < count; made++) {
        split("", link); split("", topic_of)
        add_region(regions[draw(most)])
        if (draw(5) == 1) add_region(regions[draw(most)])
        stray = draw(4) == 1 ? regions[draw(most)] : ""
        if (stray != "") link[item[stray, draw(size[stray])]] = 1
        for (links = draw(31) - 1; links > 0; links--) link[neutral[draw(neutrals)]] = 1
        line = ""
        for (r = 1; r <= most; r++) {
            split(regions[r], topics, " ")
            for (i = 1; i in topics; i++) if (topics[i] in topic_of) { line = line "__label__" topics[i] " "; delete topic_of[topics[i]] }
        }
        for (r = 1; r <= most; r++) for (i = 1; i <= size[regions[r]]; i++) if (item[regions[r], i] in link) line = line item[regions[r], i] " "
        for (i = 1; i <= neutrals; i++) if (neutral[i] in link) line = line neutral[i] " "
        print substr(line, 1, length(line) - 1)
    }
}
