using System.Text.Json.Nodes;

namespace Purser.Agent.Restconf;

/// <summary>Which modules a device speaks (RFC 7895, which RFC 8040 asks for).</summary>
public static class YangLibrary
{
    public const string Name = "ietf-yang-library:modules-state";

    private const string Revision = "2021-03-01";

    public static JsonObject Modules() => ModelNode.Of(
        ("module-set-id", $"{LicensingTree.Module}@{Revision}"),
        ("module", ModelNode.List(
        [
            ModelNode.Of(
                ("name", LicensingTree.Module),
                ("revision", Revision),
                ("namespace", "http://cisco.com/ns/yang/cisco-smart-license"),
                ("submodule", ModelNode.List([ModelNode.Of(("name", "cisco-smart-license-errors"), ("revision", "2020-11-01"))])),
                ("conformance-type", "implement")),
            Imported("ietf-yang-types", "2013-07-15"),
            Imported("ietf-inet-types", "2013-07-15"),
        ])));

    private static JsonObject Imported(string name, string revision) =>
        ModelNode.Of(("name", name), ("revision", revision), ("namespace", $"urn:ietf:params:xml:ns:yang:{name}"), ("conformance-type", "import"));
}
