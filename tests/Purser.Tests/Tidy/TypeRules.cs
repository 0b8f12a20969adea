using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Purser.Agent.Rules;
using Purser.Protocol;
using Purser.Server;

namespace Purser.Tests.Tidy;

/// <summary>Rules about types, read from what was built.</summary>
public sealed class TypeRules
{
    private static readonly Assembly[] Shipped = [typeof(PurserServer).Assembly, typeof(Tag).Assembly, typeof(AuthorizationStatus).Assembly];

    private static readonly List<Type> Ours = Shipped.SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !type.Name.Contains('<', StringComparison.Ordinal)
            && type.Namespace?.StartsWith("Purser.", StringComparison.Ordinal) == true && !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false))
        .ToList();

    [Fact]
    public void A_class_is_sealed_unless_something_derives_from_it()
    {
        var bases = Ours.Select(type => type.BaseType).Where(type => type is not null).Select(type => type!.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Assert.Empty(Ours
            .Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract && !bases.Contains(type) && !typeof(IComponent).IsAssignableFrom(type) && type.Name != "_Imports")
            .Select(type => type.FullName));
    }

    [Fact]
    public void No_interface_has_a_single_implementation() =>
        Assert.Empty(Ours.Where(type => type.IsInterface && Ours.Count(other => other != type && type.IsAssignableFrom(other)) == 1).Select(type => type.FullName));

    [Fact]
    public void The_namespace_is_the_folder_or_the_feature_around_it()
    {
        var wrong = from file in SourceTree.With(".cs")
                    where file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tests/", StringComparison.Ordinal)
                    let folder = string.Join('.', Path.GetDirectoryName(file)!.Replace('\\', '/').Split('/').Skip(1))
                    let line = SourceTree.Read(file).Split('\n').FirstOrDefault(text => text.StartsWith("namespace ", StringComparison.Ordinal))
                    where line is not null && !IsFolderOrFeature(line.TrimEnd(), folder)
                    select $"{file}: {line}";
        Assert.Empty(wrong);
    }

    /// <summary>A folder inside a feature sorts its files; its types may stay in the feature's own namespace.</summary>
    private static bool IsFolderOrFeature(string line, string folder)
    {
        var name = line["namespace ".Length..].TrimEnd(';');
        return name == folder || (folder.StartsWith(name + ".", StringComparison.Ordinal) && name.Count(c => c == '.') >= 2);
    }
}
