"""Words that are names wherever they stand: places and first names; small on purpose, other signs find the rest."""

from __future__ import annotations

# the world's countries and larger cities, German and English spelling, folded
PLACES = frozenset(
    """
    deutschland österreich schweiz frankreich italien spanien portugal england großbritannien irland schottland wales
    niederlande holland belgien luxemburg dänemark norwegen schweden finnland island polen tschechien slowakei ungarn
    rumänien bulgarien griechenland türkei kroatien serbien slowenien bosnien albanien kosovo ukraine russland belarus
    weißrussland litauen lettland estland georgien armenien israel palästina libanon syrien irak iran saudi-arabien
    katar jemen ägypten libyen tunesien algerien marokko nigeria ghana kenia äthiopien sudan somalia uganda ruanda
    kongo südafrika namibia afghanistan pakistan indien bangladesch nepal china taiwan japan südkorea nordkorea vietnam
    thailand kambodscha indonesien malaysia singapur philippinen australien neuseeland kanada usa mexiko kuba brasilien
    argentinien chile peru kolumbien venezuela bolivien europa asien afrika amerika
    germany austria switzerland france italy spain ireland scotland netherlands belgium denmark norway sweden finland
    iceland poland czechia slovakia hungary romania bulgaria greece turkey croatia serbia slovenia bosnia russia
    lithuania latvia estonia armenia lebanon syria iraq egypt libya tunisia algeria morocco kenya ethiopia rwanda
    congo india bangladesh japan indonesia singapore philippines australia canada mexico cuba brazil argentina colombia
    bolivia europe asia africa america britain uk eu
    berlin hamburg münchen köln frankfurt stuttgart düsseldorf leipzig dortmund essen bremen dresden hannover nürnberg
    duisburg bochum wuppertal bielefeld bonn münster mannheim karlsruhe augsburg wiesbaden mönchengladbach
    gelsenkirchen aachen braunschweig kiel chemnitz magdeburg freiburg krefeld mainz lübeck erfurt oberhausen rostock
    kassel potsdam saarbrücken osnabrück heidelberg darmstadt regensburg würzburg ingolstadt ulm jena trier weimar
    wien graz linz salzburg innsbruck zürich genf basel bern lausanne luzern
    bayern sachsen thüringen hessen saarland brandenburg schleswig-holstein niedersachsen nordrhein-westfalen
    london paris rom mailand venedig neapel madrid barcelona lissabon dublin edinburgh manchester amsterdam rotterdam
    brüssel kopenhagen oslo stockholm helsinki warschau krakau prag budapest bukarest sofia athen istanbul ankara
    kiew moskau minsk riga tallinn vilnius jerusalem kairo lagos nairobi johannesburg kapstadt delhi mumbai peking
    shanghai hongkong tokio tokyo seoul bangkok jakarta sydney melbourne toronto montreal vancouver boston chicago
    seattle washington philadelphia houston dallas atlanta miami denver detroit texas kalifornien california florida
    munich cologne nuremberg vienna zurich geneva rome milan venice naples lisbon brussels copenhagen warsaw prague
    athens moscow kyiv cairo beijing mumbai virginia ohio oregon alaska hawaii brooklyn manhattan
    """.split()  # noqa: SIM905 - a list of quoted names could not be read
)

FIRST_NAMES = frozenset(
    """
    alexander alexandra alice amy andrea andreas andrew angela anja anke ann anna anne annette anton antje barbara
    bastian beate ben benjamin bernd bettina birgit björn bob brian carla carmen caroline catherine charles charlotte
    chris christian christiane christina christine christoph christopher clara claudia cornelia daniel daniela david
    dennis diana dieter dirk dominik donald doris edward elena elisabeth elizabeth ellen emily emma eric erik eva
    fabian felix florian frank franz franziska friedrich fritz gabriele george georg gerhard gisela grace günter guido
    hannah hans harald heike heiko heinz helen helga helmut henry herbert holger horst ines inge ingrid isabel jack
    jacob jakob james jan jana jane janina jason jean jeff jennifer jens jessica jim joachim joe johannes john jonas
    jonathan jörg jörn josef joseph judith julia julian julie jürgen jutta karin karl karsten katharina kathrin katja
    katrin kerstin kevin klaus konrad kristin kristina lara larry lars laura lea lena leo leon lisa louis louise luca
    lukas lutz manfred manuel manuela marc marcel marco marcus maria marie marina mario marion mark markus martha
    martin martina mary matthew matthias max maximilian melanie mia michael michaela miriam monika moritz nadine
    nancy natalie nathan nicholas nick nico nicole niklas nina norbert oliver olivia otto patricia patrick paul paula
    peter petra philip philipp rachel rainer ralf ralph rebecca regina reinhard renate richard robert roland rolf ruth
    ryan sabine sam samuel sandra sara sarah scott sebastian silke silvia simon simone sofie sonja sophia sophie
    stefan stefanie steffen stephan stephen steve steven susan susanne sven tanja theo theresa thomas thorsten till
    tim timo tina tobias tom torsten udo ulrich ulrike ursula ute uwe vanessa vera verena victoria volker walter
    werner wilhelm william wolfgang yvonne
    """.split()  # noqa: SIM905
)
