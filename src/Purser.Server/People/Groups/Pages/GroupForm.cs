using Purser.Server.People.Pages;

namespace Purser.Server.People.Groups.Pages;

/// <summary>The fields of a user group as they were typed.</summary>
public sealed record GroupForm(string Name, string Description, string Emails, AccessForm Access)
{
    public static readonly GroupForm Empty = new("", "", "", AccessForm.Empty);

    public static GroupForm Of(ListGroups.Item group) => Empty with { Name = group.Name, Description = group.Description };

    public static GroupForm From(IFormCollection form) => new(form["name"].ToString(), form["description"].ToString(), form["emails"].ToString(), AccessForm.From(form));
}
