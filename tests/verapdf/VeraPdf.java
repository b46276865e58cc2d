import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Holds PDF files against veraPDF's profiles: java VeraPdf FLAVOUR[,FLAVOUR] FILE...
 *
 * <p>For each flavour and file one line, tab-separated: PASS or FAIL, flavour, file. After a FAIL
 * one indented line for each rule that was broken: clause, number of the test, how often, what it
 * says and where it failed first. The exit code is 0 when the judgement could be made, whatever it was.
 *
 * <p>veraPDF reads its profiles with JAXB, which the jar we borrow does not carry; so they are read
 * here as the plain XML that they are.
 */
public class VeraPdf {
    /** Where the jar keeps the profiles that we promise to keep. */
    private static final Map<String, String> PROFILES =
            Map.of("ua1", "PDFUA-1.xml", "2a", "PDFA-2A.xml");

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        List<String> files = Arrays.asList(arguments).subList(1, arguments.length);
        for (String flavour : arguments[0].split(",")) {
            ValidationProfile profile = readProfile(flavour);
            for (String file : files) {
                judge(flavour, profile, file);
            }
        }
    }

    private static void judge(String flavour, ValidationProfile profile, String file)
            throws Exception {
        try (InputStream stream = new FileInputStream(file);
                PDFAParser parser =
                        Foundries.defaultInstance().createParser(stream, profile.getPDFAFlavour())) {
            int mostFailures = 100_000;
            ValidationResult result =
                    ValidatorFactory.createValidator(profile, mostFailures, false, true, false)
                            .validate(parser);
            String verdict = result.isCompliant() ? "PASS" : "FAIL";
            System.out.println(String.join("\t", verdict, flavour, file));
            printBrokenRules(result);
        }
    }

    private static void printBrokenRules(ValidationResult result) {
        Map<RuleId, TestAssertion> first = new LinkedHashMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() != TestAssertion.Status.PASSED) {
                first.putIfAbsent(assertion.getRuleId(), assertion);
            }
        }
        first.forEach(
                (rule, assertion) ->
                        System.out.printf(
                                "  %s-%d x%d %s @ %s%n",
                                rule.getClause(),
                                rule.getTestNumber(),
                                result.getFailedChecks().get(rule),
                                assertion.getMessage(),
                                assertion.getLocation().getContext()));
    }

    private static ValidationProfile readProfile(String flavour) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String path = "/org/verapdf/pdfa/validation/" + PROFILES.get(flavour);
        Element profile;
        try (InputStream xml = VeraPdf.class.getResourceAsStream(path)) {
            profile = factory.newDocumentBuilder().parse(xml).getDocumentElement();
        }
        Set<Rule> rules = new LinkedHashSet<>();
        NodeList found = profile.getElementsByTagNameNS("*", "rule");
        for (int i = 0; i < found.getLength(); i++) {
            rules.add(readRule((Element) found.item(i)));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        found = profile.getElementsByTagNameNS("*", "variable");
        for (int i = 0; i < found.getLength(); i++) {
            variables.add(readVariable((Element) found.item(i)));
        }
        return Profiles.profileFromValues(
                PDFAFlavour.valueOf(profile.getAttribute("flavour")),
                Profiles.profileDetailsFromValues(flavour, flavour, "veraPDF", new Date(0)),
                "",
                rules,
                variables);
    }

    private static Rule readRule(Element rule) {
        Element id = child(rule, "id");
        RuleId ruleId =
                Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                        id.getAttribute("clause"),
                        Integer.parseInt(id.getAttribute("testNumber")));
        return Profiles.ruleFromValues(
                ruleId,
                rule.getAttribute("object"),
                // A rule about the whole file waits until all of it was read. Absent is not false.
                rule.getAttribute("deferred").equals("true") ? Boolean.TRUE : null,
                rule.getAttribute("tags"),
                child(rule, "description").getTextContent(),
                child(rule, "test").getTextContent(),
                Profiles.errorFromValues(
                        child(child(rule, "error"), "message").getTextContent(), List.of()),
                List.of());
    }

    private static Variable readVariable(Element variable) {
        return Profiles.variableFromValues(
                variable.getAttribute("name"),
                variable.getAttribute("object"),
                child(variable, "defaultValue").getTextContent(),
                child(variable, "value").getTextContent());
    }

    private static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (name.equals(node.getLocalName())) {
                return (Element) node;
            }
        }
        throw new IllegalStateException("a " + parent.getLocalName() + " has no " + name);
    }
}
