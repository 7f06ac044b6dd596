"""Tag and label sets by what they say: parts of speech, dependency labels (ClearNLP's), kinds of names (OntoNotes').

Sets that differ in one member have names that say so. Sets of words are no labels: they lie in `tasks/data/words`.
"""

from __future__ import annotations

# ---------- parts of speech
# Words that may head a clause.
VERBAL = frozenset({"VERB", "AUX"})
# Words that may head a noun phrase; a bare number ("three were killed") counts in some places.
NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
NOMINAL_OR_NUMBER = NOMINAL | {"NUM"}
# Words that are said of a subject behind "be" or "look".
PREDICATIVE = frozenset({"ADJ", "ADV", "ADP"})
# What the tagger makes of a preposition.
PREPOSITIONAL = frozenset({"ADP", "SCONJ", "VERB", "PART", "ADV"})
# Tags of verbs that need no other verb above them.
FINITE = frozenset({"VBD", "VBZ", "VBP"})

# ---------- dependency labels
# Subjects, whatever the voice; with "there" and "it" where what stands in their place counts too.
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
SUBJECTS_OR_EXPLETIVES = SUBJECTS | {"expl"}
# Subjects of an active verb, "there" and "it" included.
ACTIVE_SUBJECTS_OR_EXPLETIVES = frozenset({"nsubj", "csubj", "expl"})
# What a verb is done to or what is said of its subject; with or without whom it is given to.
OBJECTS_OR_PREDICATES = frozenset({"dobj", "attr", "acomp", "oprd", "obj"})
OBJECTS_OR_RECEIVERS = frozenset({"dobj", "dative", "attr", "oprd"})
# Under what a predicate hangs on its verb.
PREDICATE_LABELS = frozenset({"acomp", "attr", "oprd", "prep", "advmod"})
# Clauses that fill out or describe what stands above them.
CLAUSES = frozenset({"ccomp", "acl", "relcl", "advcl", "xcomp", "csubj", "csubjpass"})

# ---------- kinds of names
# Names whose words are nothing else: the day in "Sunday Times" is no date. Events and laws may hold one.
CLOSED_NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "NORP"})
TIMES = frozenset({"DATE", "TIME"})
AMOUNTS = frozenset({"MONEY", "QUANTITY", "PERCENT", "CARDINAL"})
# What can be attacked as well as criticised.
TARGETS = frozenset({"GPE", "LOC", "FAC", "EVENT"})
