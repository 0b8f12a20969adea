using System.Text.Json.Nodes;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.Restconf;

/// <summary>What authorizations brought by hand allow, unit by unit and added up by license.</summary>
internal static class ImportedNodes
{
    public static JsonObject Authorizations(DeviceState state) => ModelNode.Of(
        ("overall-status", ModelNode.List(state.UnitsOf().Select(one => Overall(one.Role, one.Unit, state.Policy)))),
        ("authorization-list", state.Policy is not null ? Given(state) : ModelNode.List(
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

    private static JsonArray Given(DeviceState state) => ModelNode.List(
        from given in AuthorizationSources.Of(state)
        group given by given.License.Tag into licenses
        let known = ReportingOutlook.LicenseOf(state.Policy!, licenses.Key)
        select ModelNode.Of(
            ("entitlement-tag", licenses.Key),
            ("short-name", ModelNode.Text(known.Name)),
            ("license-name", ModelNode.Text(known.Name)),
            ("description", ModelNode.Text(known.Description)),
            ("total-count", licenses.Sum(static one => one.License.Count)),
            ("license-enforcement-type", licenses.Any(static one => one.License.ExportRestricted) ? "license-enforcement-type-export"
                : licenses.Any(static one => !one.IsEarlier) || CodeRules.NeedsCode(known) ? "license-enforcement-type-enforced" : "license-enforcement-type-unenforced")));

    private static JsonObject Overall(string role, UnitReservation unit, PolicyState? policy)
    {
        List<JsonObject> installed = [];
        if (policy?.Codes.Installed is { } code && (code.Code.Udi.Pid, code.Code.Udi.Sn) == (unit.Pid, unit.Sn))
        {
            installed.Add(ModelNode.Of(("install-type", "authorization-type-auth-code"), ("install-time", ModelNode.Date(code.At))));
        }

        if (unit.Installed is { } reserved)
        {
            installed.Add(ModelNode.Of(("install-type", reserved.IsUniversal ? "authorization-type-plr" : "authorization-type-slr"), ("install-time", ModelNode.Date(reserved.At))));
        }

        if (role == HaRole.Active && policy is { NodeLocked.Count: > 0 })
        {
            installed.Add(ModelNode.Of(("install-type", "authorization-type-pak")));
        }

        return ModelNode.Of(("key_udi", unit.Udi.Key), ("udi", ModelNode.Udi(unit.Udi)), ("installed-list", installed.Count > 0 ? ModelNode.List(installed) : null));
    }
}
