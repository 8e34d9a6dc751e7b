"""What a guide's sentence does: asks, keeps company, gives back, or adds meaning. And what it must not do.

The word lists here are the evaluation's own; nothing is read from a guide's lexicons. Simple and complex follow the usual
distinction of motivational interviewing (MITI 4.2): a simple reflection repeats or rephrases, a complex one adds meaning or feeling,
or holds two sides together.
"""

import re
from typing import Literal

Kind = Literal["question", "company", "simple", "complex"]

SENTENCE = re.compile(r"(?:\"[^\"\n]*\"|[^.?!\n\"]|\"|[.?!](?=\w))+[.?!…]*")
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")
EMPTY = frozenset(
    "a an the and or but so yet as if than then that this these those there here it its it's in on at by to of from for with without "
    "into over under up down out off about after before again between both each all any some one two more most much many very too just "
    "only even still also not no never nor nothing is are was were be been being am do does did done have has had having will would can "
    "could may might shall should must i you he she they we me him her them us my your his their our mine yours hers theirs ours myself "
    "yourself himself herself themselves i'm you're he's she's they're we're i've you've i'd you'd i'll you'll that's there's what's who "
    "what which when where why how because while since though although whether ever always once sometimes often now today perhaps maybe "
    "well yes oh ok okay don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't haven't hasn't hadn't "
    # words a reflection is framed with: they say that something is given back, not what
    "see sees saw seen look looks looked seem seems seemed feel feels felt feeling say says said tell tells told telling hear heard read "
    "word words thing things something anything way side stand part piece stay stays chose choose keep call called describe put get got "
    "go goes went come comes came make makes made take takes took let lot like want wants wanted wish wishes time times moment".split()
)
FEELINGS = re.compile(
    r"\b(?:alone|lonel\w+|sad\w*|grie[fv]\w*|hurt\w*|angr\w+|anger|furious|cross|bitter\w*|resent\w*|afraid|fear\w*|scared|anxious|anxiety|"
    r"worr\w+|dread|asham\w+|shame|guilt\w*|embarrass\w*|humiliat\w*|tired\w*|exhaust\w*|wear\w+|drained|overwhelm\w*|too much|trapped|"
    r"hemmed in|helpless\w*|powerless|hopeless\w*|despair\w*|numb\w*|empty|lost|confus\w+|torn|shock\w*|jealous\w*|env\w+|longing|yearn\w*|"
    r"disappoint\w*|let down|betray\w*|left out|shut out|unseen|unheard|invisible|small|unwanted|rejected|tense|on edge|braced|love|"
    r"tender\w*|fond\w*|warm\w*|hope\w*|relie[fv]\w*|joy|glad\w*|happy|calm|proud|pride|grateful|frustrat\w*|stuck|discouraged|unsure|"
    r"unappreciated|uneasy|unsettled|homesick|weight|heavy|pain)\b",
    re.I,
)
TWO_SIDES = re.compile(
    r"\b(?:at the same time|and yet|side by side|both .+ and|and also|room for both|neither|pull\w* (?:\w+ )?ways|and underneath|"
    r"on the one|as well as|but not|isn't the same as|not \w+,? (?:then,? )?but|rather than)\b",
    re.I,
)
ABOUT_GUIDE = re.compile(
    r"^(?:and |then |so )?(?:I|I'm|I'll|I've|I'd|let|no (?:person|hurry|question|need)|nobody here|there's no (?:hurry|need)|take your|"
    r"say (?:it|any|what)|go (?:on|gently)|tell me|begin|we can|we leave|all right|thank|hello|good to|it's good|that (?:belongs|one I)|"
    r"that's (?:fine|all right|fair|clear|on the table|outside)|what you(?:'ve| have)? (?:write|wrote|said) (?:here|is|was|stays)|"
    r"how it (?:will )?|who is right|you can (?:leave|stop|go)|you're (?:welcome|writing)|whatever)\b",
    re.I,
)
NAMES_A_FEELING = re.compile(r"\bI (?:wonder if|could imagine|hear|can hear|imagine)\b.*", re.I)


def sentences(text: str) -> list[str]:
    """The sentences of a guide's text; a quotation stays in one piece."""
    return [match[0].strip() for match in SENTENCE.finditer(text) if re.search(r"\w", match[0])]


def stems(text: str) -> set[str]:
    """The words that carry meaning, without their endings."""
    return {_stem(word) for word in WORD.findall(text.lower().replace("’", "'")) if word not in EMPTY and len(word) > 2}


def _stem(word: str) -> str:
    word = word.split("'")[0]
    for ending in ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def kind_of(sentence: str, heard: str) -> Kind:
    """What a sentence does, said to a person whose last words were `heard`."""
    if "?" in QUOTED.sub("", sentence):
        return "question"
    own = QUOTED.sub("", sentence)
    said, given = stems(own), stems(heard)
    repeats = bool(said & given) or QUOTED.search(sentence) is not None
    new = said - given
    feelings = FEELINGS.findall(own)
    names_feeling = any(not stems(feeling) & given for feeling in feelings)
    if ABOUT_GUIDE.match(own) and not repeats and not (NAMES_A_FEELING.search(own) and feelings):
        return "company"
    if names_feeling or TWO_SIDES.search(own) and (repeats or new):
        return "complex"
    if len(new) >= 2 and len(new) >= len(said & given):
        return "complex"
    return "simple" if repeats or new else "company"


FORBIDDEN: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "advice": r"\b(?:you|one) (?:should|ought|must|had better|shouldn't|could always|might want to|may want to|need to|have to)\b|"
        r"\byou'd better\b|\b(?:try|consider) (?:to |\w+ing\b)|\bmy advice\b|\bI(?:'d| would) (?:suggest|advise|recommend)|\bwhy don't you\b|"
        r"\bhave you (?:tried|thought of|considered)\b|\bit (?:would|might) (?:help|be (?:better|best|wise|good))\b|\bit's important (?:to|that)\b",
        "blame": r"\b(?:his|her|their|your) (?:own )?fault\b|\bto blame\b|\b(?:he|she|they) (?:should|shouldn't|ought|had no right|has no right)\b|"
        r"\b(?:selfish|lazy|cruel|childish|immature|cold-hearted|inconsiderate|thoughtless|manipulative|abusive)\b|\bbrought (?:it|this) on\b",
        "verdict": r"\b(?:you|he|she|they)(?:'re| are|'s| is| were| was) (?:\w+ )?(?:right|wrong|justified|unreasonable|overreacting|in the wrong)\b|"
        r"\bnot (?:fair|normal|acceptable|okay) (?:of|for) (?:him|her|them)\b|\b(?:that|this|it)(?:'s| is| was) (?:\w+ )?(?:unfair|unacceptable|not normal|wrong|abuse)\b",
        "diagnosis": r"\b(?:narciss\w+|bipolar|borderline|depress(?:ion|ed|ive)|adhd|autis\w+|ptsd|trauma\w*|codepend\w+|gaslight\w*|toxic|"
        r"personality|attachment|disorder|addict\w*|avoidant|clinical\w*|symptom\w*|burnout)\b",
        "leave or stay": r"\b(?:leave|leaving|divorce|stay with|stay together|give up on|end it|break up|separat\w+|stick with|go back to) "
        r"(?:him|her|them|the relationship|the marriage|each other)\b",
        "promise": r"\bI promise\b|\bguarantee\b|\b(?:it|things|this|everything|you)(?:'ll| will) (?:\w+ )?(?:be (?:fine|ok|okay|all right|better)|get better|"
        r"work out|pass|feel better)\b",
        "flattery": r"\b(?:you(?:'re| are) (?:\w+ )?(?:right to|so (?:strong|brave|kind|patient)|amazing|wonderful|brave|strong)|you have every right|"
        r"anyone would|anybody would|of course you(?:'re| are| feel)?|no wonder|you deserve|well done|good for you|great job|"
        r"that(?:'s| is| was| must be) (?:\w+ )?(?:terrible|awful|outrageous|dreadful) of|I agree|I'm on your side|you did nothing wrong|"
        r"perfectly (?:understandable|reasonable)|completely understandable)\b",
        "needs talk": r"\b(?:your|a|the|basic|unmet|underlying) needs?\b|\bwhat you(?:'d| really| truly)? need\b|\bneed for \w+",
        "form letter": r"\bthank you for sharing\b|\bI hear (?:you|that you)\b|\bit sounds like you(?:'re| are) feeling\b|\bvalid\b|\bI understand how you\b|"
        r"\bjourney\b|\bsafe space\b",
        "own words of the speaker left": r"\b(?:my|mine|myself|ourselves)\b(?! (?:words|side))",
        "broken grammar": r"\byou (?:am|is|was|has|does|wasn't|isn't|doesn't|hasn't|have has)\b|\b(?:he|she) (?:say|look|go|come|want|think|make|have|do|don't|were|are) \b|"
        r"\byour (?:am|are|was) \b|\b(\w{3,}) \1\b(?<!that that)(?<!had had)",
    }.items()
}
SEEN_FROM_HERE = re.compile(
    r"\b(?:as you|to you|for you|from where you|from your|the way you|you (?:say|tell|saw|see|hear|heard|describe|watch\w*|found|find|think|"
    r"feel|noticed|remember|were|are|'re)|in your|your (?:eyes|telling|words|story)|looks to you|what you)\b|\"",
    re.I,
)
STATES_THE_OTHER = re.compile(
    r"^(?:(?:so|and|but|still|because|now|then|yesterday|sometimes|always|again),? )*"
    r"(?:he|she|they|his|her|their|your (?:(?:own|own \w+|\w+)[ -])?(?:husband|wife|partner|girlfriend|boyfriend|fianc\w+|sister|brother|son|daughter|mother|father|"
    r"mum|dad|friend|flatmate|mother-in-law))\b(?:'s|'re|'d|'ve)? ?\w+",
    re.I,
)


def broken(sentence: str) -> list[str]:
    """The names of what a guide must not do, done in this sentence. What stands in quotation marks is the person's own."""
    own = QUOTED.sub("", sentence)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(own)]


def states_the_other(sentence: str) -> bool:
    """Whether something about the other is said as if the guide knew it, and not as the person sees it."""
    return bool(STATES_THE_OTHER.search(sentence)) and "?" not in sentence and not SEEN_FROM_HERE.search(sentence)


HOT_WORDS = re.compile(
    r"\b(?:bloody|damn\w*|fuck\w*|shit\w*|crap|sod|git|cow|pig\w*|bitch\w*|bastard\w*|idiot\w*|stupid|lazy|selfish|pathetic|useless|liar|lying|lunatic|"
    r"freak|coward\w*|arrogant|ignorant|heartless|dictator|brat|childish|dead|frigid|queen|madam|miserable|drunken|maid|paranoid|limpet|"
    r"potatoes|lord\w*|townie|ox|robot|halo|shrine|witch|dramatic|drama|cruel|shallow|greedy|fake|monster|waste|wasted|criminal)\b",
    re.I,
)
ACCUSES = re.compile(
    r"\b(?:you|he|she|they)(?:'re|'s|'ve| are| is| have| has)? (?:always|never|only|just|don't|doesn't|didn't|won't|can't|keep|went|made|make|broke|lied|"
    r"hid|promised|treat\w*|spend|spent|decide\w*|dump\w*|talk\w* over|look\w* straight|snore|laughed|hurt|left|leave\w*|check up|call\w*|run|"
    r"hurry|nag\w*|sulk\w*|mock|swan)\b|\byour fault\b|\bwrong with you\b|\bhow dare\b",
    re.I,
)
