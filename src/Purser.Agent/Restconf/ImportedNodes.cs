using System.Text.Json.Nodes;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>What authorizations brought by hand allow, unit by unit and added up by license.</summary>
internal static class ImportedNodes
{
    public static JsonObject Authorizations(DeviceState state) => ModelNode.Of(
        ("overall-status", ModelNode.List(state.UnitsOf().Select(one => Overall(one.Unit, state.Policy?.Codes.Installed)))),
        ("authorization-list", state.Policy is { } policy ? Codes(policy) : ModelNode.List(
            from one in state.UnitsOf()
            from license in one.Unit.Installed?.Licenses ?? []
            group license by license.Tag into licenses
            let first = licenses.First()
            select ModelNode.Of(
                ("entitlement-tag", licenses.Key),
                ("short-name", Tag.TryParse(licenses.Key, out var tag) ? ModelNode.Text(tag.Name) : null),
                ("license-name", ModelNode.Text(first.DisplayName)),
                ("description", ModelNode.Text(first.TagDescription)),
                ("total-count", licenses.Sum(static license => license.Count)),
                ("license-enforcement-type", first.ExportRestricted ? "license-enforcement-type-export" : "license-enforcement-type-unenforced")))));

    private static JsonArray Codes(PolicyState policy) => ModelNode.List(
        from license in policy.Codes.Installed?.Code.Licenses ?? []
        group license by license.Tag into licenses
        let known = ReportingOutlook.LicenseOf(policy, licenses.Key)
        select ModelNode.Of(
            ("entitlement-tag", licenses.Key),
            ("short-name", ModelNode.Text(known.Name)),
            ("license-name", ModelNode.Text(known.Name)),
            ("description", ModelNode.Text(known.Description)),
            ("total-count", licenses.Sum(static license => license.Count)),
            ("license-enforcement-type", licenses.First().ExportRestricted ? "license-enforcement-type-export" : "license-enforcement-type-enforced")));

    private static JsonObject Overall(UnitReservation unit, InstalledCode? code) => ModelNode.Of(
        ("key_udi", unit.Udi.Key),
        ("udi", ModelNode.Udi(unit.Udi)),
        ("installed-list", code is not null && code.Code.Udi with { Uuid = null } == unit.Udi with { Uuid = null }
            ? ModelNode.List([ModelNode.Of(("install-type", "authorization-type-auth-code"), ("install-time", ModelNode.Date(code.At)))])
            : unit.Installed is { } installed
            ? ModelNode.List([ModelNode.Of(("install-type", installed.IsUniversal ? "authorization-type-plr" : "authorization-type-slr"), ("install-time", ModelNode.Date(installed.At)))])
            : null));
}
